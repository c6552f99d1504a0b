import { execFileSync } from "node:child_process";
import { get } from "node:http";
import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, expect, it } from "vitest";

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ env: { WORKERS: "2", RATE_LIMITS: "off" } });
});
afterAll(() => app?.stop());

const workers = (): number[] =>
  execFileSync("ps", ["-o", "pid=,ppid=,args=", "-A"], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, ...args]) => parent === String(app.child.pid) && args.some((arg) => arg.endsWith("main.js")))
    .map(([pid]) => Number(pid));

/** On a connection of its own, so that the workers take turns. */
const statusOf = (token: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    get(`${app.origin}/api/v2/whoami`, { agent: false, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", reject);
  });

const statuses = (token: string) => Promise.all(Array.from({ length: 8 }, () => statusOf(token)));

it("is ready once every worker is", async () => {
  expect(workers()).toHaveLength(2);
  expect(new Set(await statuses(app.bootstrap.personalAccessToken))).toEqual(new Set([200]));
});

it("revokes for all workers at once", async () => {
  const made = await app.admin<{ tokenId: string; token: string }>(
    ...(["pat", "create", "--email", app.bootstrap.email, "--name", "short-lived"] as const),
  );
  expect(new Set(await statuses(made.token))).toEqual(new Set([200]));
  const path = `/api/v1/auth/tokens/${made.tokenId}`;
  expect((await app.api("DELETE", path, { as: app.bootstrap.personalAccessToken })).status).toBe(204);
  expect(new Set(await statuses(made.token))).toEqual(new Set([401]));
});

it("replaces a worker that dies", async () => {
  const [first = 0] = workers();
  process.kill(first, "SIGKILL");
  await expect.poll(workers, { timeout: 20_000 }).not.toContain(first);
  await expect.poll(() => workers().length, { timeout: 20_000 }).toBe(2);
  expect(new Set(await statuses(app.bootstrap.personalAccessToken))).toEqual(new Set([200]));
});

it("ends all of them on SIGTERM, within 10 seconds and with 0", async () => {
  const own = await startApp({ env: { WORKERS: "2" }, databaseUrl: null });
  const startedAt = Date.now();
  expect(await own.stop()).toBe(0);
  expect(Date.now() - startedAt).toBeLessThan(10_000);
});
