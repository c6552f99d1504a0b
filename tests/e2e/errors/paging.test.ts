import type { ListErrorsResponse } from "@trigger.dev/core/v3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failingWorker, type FailingWorker } from "../support/failing-runs.js";
import { startWorld, type World } from "../support/world.js";

const CAUSES = [..."abcdefgh"];
const SORTS = ["lastSeen", "firstSeen", "count"] as const;

let world: World;
let worker: FailingWorker;
const fail = (cause: string) => worker.fail({ in: `cause_${cause}` });

beforeAll(async () => {
  world = await startWorld();
  const { ref, environments } = world.owner;
  worker = await failingWorker(world.app.origin, { ref, apiKey: environments.staging.apiKey });
  for (const cause of CAUSES) await fail(cause);
  // Counts that differ, and some that do not.
  for (const cause of "aabbcd") await fail(cause);
});
afterAll(() => world?.stop());

const page = (query: string) =>
  world.ok<ListErrorsResponse>("GET", `/api/v1/errors?page[size]=2&${query}`, {
    as: world.owner.environments.staging.apiKey,
  });
const idsOf = ({ data }: ListErrorsResponse) => data.map(({ id }) => id);

let made = 0;
/** Fails groups that were listed, groups that are to come, and one that is new. */
async function disturb(round: number) {
  for (let count = 0; count < 2; count++) await fail(CAUSES[(round * 3 + count * 4) % CAUSES.length] ?? "a");
  await fail(`new_${"abcdefghijklmnopqrstuvwxyz"[made % 26]}${made >= 26 ? "x" : ""}`);
  made++;
}

describe.each(SORTS)("a list by %s, while groups fail between its pages,", (sort) => {
  it("is the list that it was, forwards and backwards", async () => {
    const whole = await world.ok<ListErrorsResponse>("GET", `/api/v1/errors?page[size]=100&sort=${sort}`, {
      as: world.owner.environments.staging.apiKey,
    });
    const expected = idsOf(whole);
    const values = whole.data.map((item) => (sort === "count" ? item.count : Date.parse(item[sort])));
    expect(values).toEqual(values.toSorted((one, other) => other - one));

    let current = await page(`sort=${sort}`);
    const forwards = idsOf(current);
    for (let round = 0; current.pagination.next !== undefined; round++) {
      await disturb(round);
      current = await page(`sort=${sort}&page[after]=${current.pagination.next}`);
      forwards.push(...idsOf(current));
    }
    expect(forwards).toEqual(expected);

    const backwards = idsOf(current).toReversed();
    for (let round = 1; current.pagination.previous !== undefined; round++) {
      await disturb(round);
      current = await page(`sort=${sort}&page[before]=${current.pagination.previous}`);
      backwards.push(...idsOf(current).toReversed());
    }
    expect(backwards).toEqual(expected.toReversed());
    expect(idsOf(await page(`sort=${sort}&page[after]=${current.pagination.next}`))).toEqual(expected.slice(2, 4));
  });

  it("holds each group once while they fail without a pause", async () => {
    let going = true;
    const failures = (async () => {
      for (let round = 0; going; round++) await disturb(round);
    })();
    try {
      const known = await world.pool.query<{ id: string }>(
        `SELECT 'error_' || fingerprint AS id FROM error_group WHERE environment_id = $1`,
        [world.owner.environments.staging.id],
      );
      const seen: string[] = [];
      let current = await page(`sort=${sort}`);
      seen.push(...idsOf(current));
      while (current.pagination.next !== undefined) {
        current = await page(`sort=${sort}&page[after]=${current.pagination.next}`);
        seen.push(...idsOf(current));
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(known.rows.filter(({ id }) => !seen.includes(id))).toEqual([]);
    } finally {
      going = false;
      await failures;
    }
  });
});

it("counts a page as of the first one", async () => {
  const first = await page("sort=count");
  const [top] = first.data;
  await fail("a");
  const second = await page(`sort=count&page[after]=${first.pagination.next}`);
  const back = await page(`sort=count&page[before]=${second.pagination.previous}`);
  expect(back.data[0]).toMatchObject({ id: top?.id, count: top?.count });
});
