import { afterAll, beforeAll, expect, it } from "vitest";
import { startWorld, type World } from "../support/world.js";

let world: World;

beforeAll(async () => {
  world = await startWorld({ env: { RATE_LIMITS: "on" } });
});
afterAll(() => world?.stop());

it("an organization's policy lowers and raises the rates of mint and exchange", async () => {
  const { app, owner } = world;
  const set = (body: object) => app.api("PUT", `/api/v1/orgs/${owner.org}/policy`, { as: owner.pat, body });
  const mint = () => app.api("POST", "/api/v1/auth/user-actor-token", { as: owner.pat, body: {} });
  const exchange = () => app.api("POST", `/api/v1/projects/${owner.ref}/prod/jwt`, { as: owner.pat, body: {} });
  await set({ mintsPerMinute: 2, exchangesPerMinute: 3 });
  const statuses: number[] = [];
  for (const ask of [mint, mint, mint, exchange, exchange, exchange, exchange]) statuses.push((await ask()).status);
  expect(statuses).toEqual([200, 200, 429, 200, 200, 200, 429]);
  const refused = await exchange();
  expect(refused.headers.get("x-ratelimit-limit")).toBe("3");
  expect(refused.body["error"]).toContain("3 a minute");
  await set({ mintsPerMinute: 200, exchangesPerMinute: 200 });
  expect([(await mint()).status, (await exchange()).status]).toEqual([200, 200]);
});
