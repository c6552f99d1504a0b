import { stat } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startApp, type TestApp } from "./app.js";

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});

afterAll(() => app?.stop());

it("starts the built server on a fresh database", async () => {
  const health = await app.api("GET", "/healthcheck");
  expect(health.status).toBe(200);
  expect(app.log()).toContain(`ready ${app.origin}`);
});

it("sends a credential and parses the answer", async () => {
  const whoami = await app.api<{ userId: string }>("GET", "/api/v2/whoami", { as: app.bootstrap.personalAccessToken });
  expect(whoami.status).toBe(200);
  expect(whoami.body.userId).toBe(app.bootstrap.userId);
});

it("runs the operator's tool on the server's database", async () => {
  const made = await app.admin<{ email: string }>("user", "create", "--email", "someone@example.com");
  expect(made.email).toBe("someone@example.com");
  await expect(app.admin("no-such-noun")).rejects.toMatchObject({ name: "AdminError", exitCode: 1 });
});

it("ends the server as an operator would, and removes what was temporary", async () => {
  const short = await startApp();
  expect(await short.stop()).toBe(0);
  await expect(stat(short.dataDir)).rejects.toMatchObject({ code: "ENOENT" });
});

it("can leave the server to its own embedded database", async () => {
  const own = await startApp({ databaseUrl: null });
  const health = await own.api("GET", "/healthcheck");
  expect(health.status).toBe(200);
  expect(await own.stop()).toBe(0);
});
