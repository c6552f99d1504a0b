import { createEnvironmentKey, createId, createPersonalAccessToken } from "@trigger.dev/core/ids";
import { createKeyRingEntry, parseKeyRing } from "@trigger.dev/core/jwt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRbac, type Rbac } from "../controller.js";
import { signEnvironmentJwt, signSelfEnvironmentJwt } from "../issue-environment-jwt.js";
import { createWorld, seconds, silent, type World } from "../test-world/world.js";

let world: World;
let rbac: Rbac;
let pat: { id: string; token: string };
beforeAll(async () => {
  world = await createWorld();
  const { pool, secrets, encryption } = world;
  rbac = await createRbac({ pool, secrets, encryption, log: silent });
  pat = await world.insert.pat(world.ada.id);
});
afterAll(async () => {
  await rbac.close();
  await world.stop();
});

const hour = () => ({ iat: seconds(), exp: seconds() + 3600 });
const act = () => ({ sub: world.ada.id, client: "ci", pat: pat.id, uat: null });
const selfSigned = (sub: string, key: string, times = hour()) =>
  signSelfEnvironmentJwt(key, { sub, scopes: ["read:runs"], ...times });
const strangeRing = () => parseKeyRing(createKeyRingEntry());

describe("the screen", () => {
  it.each<[string, number, () => Promise<string>]>([
    ["a personal access token", 1, async () => pat.token],
    ["an environment's key", 1, async () => world.prod.apiKey],
    ["a user-actor token", 0, async () => (await world.mint(world.ada, pat)).token],
    ["an exchanged JWT", 0, () => world.exchange({ environmentId: world.prod.id, act: act() })],
    ["a self-signed JWT", 1, () => selfSigned(world.prod.id, world.prod.apiKey)],
    ["a self-signed JWT of a branch", 1, () => selfSigned(world.branch.id, world.preview.apiKey)],
  ])("lets %s through, asking %i times", async (_what, expected, make) => {
    const token = await make();
    const { value, statements } = await world.counting(() => rbac.screen(token));
    expect([value, statements]).toEqual([null, expected]);
  });

  it.each<[string, string, number, () => Promise<string> | string]>([
    ["a guess", "checksum", 0, () => `tr_pat_${"x".repeat(40)}`],
    ["a guess with a right checksum", "unknown", 1, () => createPersonalAccessToken()],
    ["another kind's prefix", "wrong_kind", 0, () => "tr_xyz_1"],
    ["a guessed key", "unknown", 1, () => createEnvironmentKey("PRODUCTION")],
    ["half a key", "malformed", 0, () => "tr_dev_x"],
    ["a forged user-actor token", "malformed", 0, () => "tr_uat_eyJhbGciOiJIUzI1NiJ9.e30.x"],
    [
      "an exchanged JWT of another's ring",
      "unknown_key",
      0,
      () =>
        signEnvironmentJwt({ environmentId: world.prod.id, act: act(), scopes: [], ring: strangeRing(), ...hour() }),
    ],
    ["a JWT signed with a guess", "signature", 1, () => selfSigned(world.prod.id, createEnvironmentKey("PRODUCTION"))],
    ["a JWT of no environment", "unknown", 1, () => selfSigned(createId("env"), world.prod.apiKey)],
    [
      "a self-signed JWT that is over",
      "expired",
      0,
      () => selfSigned(world.prod.id, world.prod.apiKey, { iat: seconds() - 7200, exp: seconds() - 3600 }),
    ],
    ["what is no token", "malformed", 0, () => "eyJ"],
  ])("refuses %s as %s, asking %i times", async (_what, reason, expected, make) => {
    const token = await make();
    const { value, statements } = await world.counting(() => rbac.screen(token));
    expect([value, statements]).toEqual([reason, expected]);
  });

  it("asks two statements for five hundred who come at once, and finds the good ones among them", async () => {
    const tokens = Array.from({ length: 500 }, (_, index) =>
      index % 50 === 7 ? pat.token : createPersonalAccessToken(),
    );
    const { value, statements } = await world.counting(() => Promise.all(tokens.map(rbac.screen)));
    expect(value.filter((reason) => reason === null)).toHaveLength(10);
    expect(statements).toBeLessThanOrEqual(2);
  });
});
