import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeErrorGroup } from "../change-error-group.js";
import { rebuildCounts } from "../rebuild-counts.js";
import { ADA, type ErrorWorld, startErrorWorld, TIMEOUT } from "../test-world/error-world.js";
import { fillGroups } from "../test-world/fill-groups.js";
import type { ErrorList, ErrorListSort } from "./error-list.js";
import { listErrorGroups } from "./list-error-groups.js";
import { UNIT_MS } from "./range.js";

let world: ErrorWorld;
beforeAll(async () => {
  world = await startErrorWorld();
});
afterAll(() => world?.stop());

/** Rows that are searched and do not say what their group does. */
const strayed = (environmentId: string) =>
  world.read(
    `SELECT g.fingerprint, s.fingerprint AS searched FROM error_group g FULL JOIN error_search s USING (environment_id, fingerprint)
     WHERE environment_id = $1 AND (s.searched, s.status, s.magnitude, s.first_seen, s.last_seen_hour) IS DISTINCT FROM
       (error_searched(g.error_type, g.error_message), g.status, g.magnitude, g.first_seen, error_hour(g.last_seen))`,
    environmentId,
  );

describe("what is searched follows its group", () => {
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * UNIT_MS.hour);

  it("as it fails, in this hour, later and out of turn", async () => {
    const environmentId = world.newEnvironment();
    for (const hours of [5, 3, 3, 1, 4, 9, 0, 0]) {
      await world.fail({ environmentId, at: hoursAgo(hours) });
      await world.one.catchUp(environmentId);
      expect(await strayed(environmentId)).toEqual([]);
    }
    expect(await world.group(environmentId)).toMatchObject({ count: 8, magnitude: 4 });
  });

  it("as it is resolved, ignored, reopened and fails in a later version", async () => {
    const environmentId = world.newEnvironment();
    const { fingerprint } = await world.fail({ environmentId });
    await world.one.catchUp(environmentId);
    for (const type of ["resolve", "unresolve", "ignore", "unresolve", "resolve"] as const) {
      await changeErrorGroup(world.pool, { environmentId, fingerprint, command: { type }, actor: ADA });
      expect(await strayed(environmentId)).toEqual([]);
    }
    await world.fail({ environmentId, version: "20991231.1", at: new Date(Date.now() + 1000) });
    await world.one.catchUp(environmentId);
    expect(await world.group(environmentId)).toMatchObject({ status: "unresolved" });
    expect(await strayed(environmentId)).toEqual([]);
  });

  it("as it is counted anew, and when it was lost", async () => {
    const environmentId = world.newEnvironment();
    for (const hours of [7, 6, 2]) await world.fail({ environmentId, at: hoursAgo(hours) });
    await world.one.catchUp(environmentId);
    const rebuild = () => rebuildCounts({ pool: world.pool, retentionDays: 90, environmentId });
    await world.pool.query(
      "UPDATE error_group SET count = 100, magnitude = 7, last_seen = now() WHERE environment_id = $1",
      [environmentId],
    );
    await rebuild();
    expect(await strayed(environmentId)).toEqual([]);
    await world.pool.query("DELETE FROM error_group WHERE environment_id = $1", [environmentId]);
    await world.pool.query("UPDATE error_search SET magnitude = 9, status = 'ignored' WHERE environment_id = $1", [
      environmentId,
    ]);
    await rebuild();
    expect(await world.group(environmentId)).toMatchObject({ count: 3 });
    expect(await strayed(environmentId)).toEqual([]);
  });
});

describe("a search that few groups have, among many", () => {
  const NEEDLES = 40;
  /** What fails once is in a version of its own. */
  const SELDOM = "20261122.2";
  let environmentId: string;
  beforeAll(async () => {
    environmentId = world.newEnvironment();
    // The others always failed later, so that the index is asked for what these have.
    await fillGroups(world.pool, { environmentId, groups: 600, days: 0.02, now: new Date(Date.now() + UNIT_MS.hour) });
    for (let needle = 0; needle < NEEDLES; needle++) await failAgain(needle, Date.now() - (3 + needle) * UNIT_MS.hour);
    await world.one.catchUp(environmentId);
  });

  /** One that seldom failed before; more often the more it is. */
  async function failAgain(needle: number, at: number) {
    const error = {
      ...TIMEOUT,
      name: `Needle${"abcdefghij"[Math.floor(needle / 10)]}${"abcdefghij"[needle % 10]}Error`,
    };
    for (let turn = 0; turn <= needle % 7; turn++) {
      const version = needle % 7 === 0 ? SELDOM : "20261122.1";
      await world.fail({ environmentId, error, version, at: new Date(at - turn * 10) });
    }
  }

  async function pages(list: ErrorList, between: () => Promise<void>): Promise<string[]> {
    const found: string[] = [];
    let edge: Parameters<typeof listErrorGroups>[2]["edge"];
    for (let more = true; more;) {
      const page = await listErrorGroups(world.pool, list, { size: 3, edge });
      found.push(...page.groups.map(({ errorType, value }) => `${errorType} ${value}`));
      const last = page.groups.at(-1);
      if (last !== undefined) edge = { direction: "after", value: last.value, fingerprint: last.fingerprint };
      more = page.more;
      await between();
    }
    return found;
  }

  const listBy = (sort: ErrorListSort, asOf: number, versions?: string[]): ErrorList => ({
    environmentId,
    sort,
    filters: { search: "needle", versions },
    range: { from: asOf - 3 * UNIT_MS.day, to: asOf },
    asOf,
  });

  it("has by count those that failed least, where these alone are asked for", async () => {
    const found = await pages(listBy("count", Date.now(), [SELDOM]), async () => undefined);
    expect(found).toHaveLength(Math.ceil(NEEDLES / 7));
  });

  it.each<ErrorListSort>(["lastSeen", "firstSeen", "count"])(
    "has them all once by %s, while they fail again",
    async (sort) => {
      const list = listBy(sort, Date.now());
      const expected = await pages(list, async () => undefined);
      expect(expected.filter((row) => row.startsWith("Needle"))).toHaveLength(NEEDLES);
      let turn = 0;
      const found = await pages(list, async () => {
        const needle = (turn++ * 11) % NEEDLES;
        await failAgain(needle, Date.now());
        await failAgain(NEEDLES - 1 - needle, Date.now());
        await world.one.catchUp(environmentId);
      });
      expect(found).toEqual(expected);
      expect(await strayed(environmentId)).toEqual([]);
    },
  );
});
