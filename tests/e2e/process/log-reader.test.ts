import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  environmentWith,
  freePort,
  makeTempDir,
  repositoryRoot,
  startApp,
  startTestDatabase,
  type TestApp,
} from "@trigger.dev/testing";
import { beforeEach, describe, expect, it } from "vitest";

describe("a server whose log nobody reads any more", () => {
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

  it("goes on serving, and ends when it is asked to", async () => {
    app.child.stdout?.destroy();
    for (let time = 0; time < 30; time++) expect((await ask()).status).toBe(200);
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

it("a server whose reader goes before it is ready serves all the same", async () => {
  const database = await startTestDatabase();
  const folder = await makeTempDir("app");
  const port = String(await freePort());
  const settings = { HOST: "127.0.0.1", PORT: port, DATA_DIR: folder, DATABASE_URL: database.url };
  const child = spawn(process.execPath, [join(repositoryRoot(), "apps/webapp/build/main.js")], {
    env: environmentWith(settings),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  child.stdout.destroy();
  child.stderr.destroy();
  const status = () =>
    fetch(`http://127.0.0.1:${port}/healthcheck`).then(
      (response) => response.status,
      () => null,
    );
  await expect.poll(status, { timeout: 60_000, interval: 200 }).toBe(200);
  child.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
  await database.stop();
  await rm(folder, { recursive: true });
});
