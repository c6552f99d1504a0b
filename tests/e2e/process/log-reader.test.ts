import { setTimeout as sleep } from "node:timers/promises";
import { startApp, type TestApp } from "@trigger.dev/testing";
import { beforeEach, describe, expect, it } from "vitest";

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ env: { RATE_LIMITS: "off" } });
});

const ask = () => app.api("GET", "/api/v2/whoami", { as: app.bootstrap.personalAccessToken });

/** Ends the server, and answers its exit code and how long that took. */
async function stop(): Promise<{ code: number | null; ms: number }> {
  const startedAt = performance.now();
  return { code: await app.stop(), ms: performance.now() - startedAt };
}

describe("a server whose log nobody reads any more", () => {
  it("goes on serving, and ends when it is asked to", async () => {
    app.child.stdout?.destroy();
    for (let time = 0; time < 200; time++) expect((await ask()).status).toBe(200);
    await sleep(300);
    expect((await ask()).status).toBe(200);
    const { code, ms } = await stop();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(5_000);
  });

  it("ends also while lines wait that were never tried", async () => {
    const asked = Promise.allSettled(Array.from({ length: 20 }, ask));
    await sleep(20);
    app.child.stdout?.destroy();
    const { code, ms } = await stop();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(5_000);
    await asked;
  });
});
