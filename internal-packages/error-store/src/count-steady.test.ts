import type { ErrorCommand } from "@trigger.dev/errors";
import { afterAll, beforeAll, expect, it } from "vitest";
import { changeErrorGroup } from "./change-error-group.js";
import { countSteady } from "./count-steady.js";
import type { GroupKey } from "./group-key.js";
import { START } from "./take-occurrences.js";
import { ADA, type ErrorWorld, startErrorWorld, TIMEOUT } from "./test-world/error-world.js";
import { verifyCounts } from "./verify-counts.js";

let world: ErrorWorld;
beforeAll(async () => {
  world = await startErrorWorld();
});
afterAll(() => world?.stop());

const DAY_MS = 86_400_000;
const startOfDay = (at: number) => new Date(Math.floor(at / DAY_MS) * DAY_MS);

const count = (most = 1000) =>
  countSteady(
    world.pool,
    { after: START, until: new Date(Date.now() + 60_000), most },
    { minutesSince: startOfDay(Date.now() - DAY_MS), days: [startOfDay(Date.now())] },
  );

/** A group with one failure, which is counted. */
async function known() {
  const environmentId = world.newEnvironment();
  const { fingerprint } = await world.fail({ environmentId });
  await world.one.catchUp(environmentId);
  const key = { environmentId, fingerprint };
  const verified = () => verifyCounts({ pool: world.pool, retentionDays: 90, environmentId });
  return { key, environmentId, verified };
}

it("counts many failures of known groups, in all their versions, as the runs have them", async () => {
  const groups = [await known(), await known()];
  for (const { environmentId } of groups) {
    for (let turn = 0; turn < 10; turn += 1) {
      await world.fail({
        environmentId,
        ...(turn % 3 === 0 ? { version: null } : { version: `20261122.${turn % 3}` }),
      });
    }
  }
  expect(await count(15)).toMatchObject({ found: 15, counted: 15 });
  expect(await count()).toMatchObject({ found: 5, counted: 5 });
  expect(await count()).toEqual({ found: 0, counted: 0, last: undefined });
  for (const { environmentId, verified } of groups) {
    expect(await world.group(environmentId)).toMatchObject({ count: 11, magnitude: 4 });
    expect(await verified()).toMatchObject({ agrees: true, waiting: 0 });
  }
});

/** A group that was changed, or whose sample was taken some time ago. */
async function knownThat(command: ErrorCommand): Promise<GroupKey> {
  const { key } = await known();
  await changeErrorGroup(world.pool, { ...key, command, actor: ADA });
  return key;
}
async function sampled(ago: string): Promise<GroupKey> {
  const { key } = await known();
  const values = [key.environmentId, ago];
  await world.pool.query("UPDATE error_group SET sample_at = now() - $2::interval WHERE environment_id = $1", values);
  return key;
}

it.each([
  ["a group that is new", async () => world.fail({ environmentId: world.newEnvironment() })],
  [
    "another group of the same environment",
    async () => world.fail({ ...(await known()).key, error: { ...TIMEOUT, message: "The bank is closed" } }),
  ],
  ["a resolved group", async () => world.fail(await knownThat({ type: "resolve" }))],
  ["an ignored group", async () => world.fail(await knownThat({ type: "ignore" }))],
  ["a group whose sample is old", async () => world.fail(await sampled("2 hours"))],
  [
    "a version that the sample is not of, after a minute",
    async () => world.fail({ ...(await sampled("2 minutes")), version: "20261122.2" }),
  ],
  [
    "a day that there may be no place for",
    async () => world.fail({ ...(await known()).key, at: new Date(startOfDay(Date.now()).getTime() - 1) }),
  ],
] as const)("leaves to others a failure of %s", async (_what, failing) => {
  const { environmentId } = await failing();
  expect(await count()).toMatchObject({ found: 1, counted: 0, last: { environmentId } });
  await world.one.catchUp(environmentId);
  expect(await verifyCounts({ pool: world.pool, retentionDays: 90, environmentId })).toMatchObject({
    agrees: true,
    waiting: 0,
  });
  expect(world.problems).toEqual([]);
});
