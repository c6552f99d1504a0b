import type { TaskError } from "@trigger.dev/errors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ErrorWorld, startErrorWorld, TIMEOUT } from "../test-world/error-world.js";
import type { ErrorListSort } from "./error-list.js";
import { listErrorGroups } from "./list-error-groups.js";
import { UNIT_MS } from "./range.js";

const HOUR = UNIT_MS.hour;
const HALF_A_MINUTE = UNIT_MS.minute / 2;

/** Ends in the middle of a minute of an hour of yesterday, so that the minute, the hour and the day go on after it. */
const to = Math.floor(Date.now() / UNIT_MS.day) * UNIT_MS.day - 10 * HOUR + HALF_A_MINUTE;

const named = (name: string): TaskError => ({
  ...TIMEOUT,
  name,
  stackTrace: TIMEOUT.stackTrace.replace("TimeoutError", name),
});

let world: ErrorWorld;
beforeAll(async () => {
  world = await startErrorWorld();
});
afterAll(() => world?.stop());

/** Fails so often at each of these times, in milliseconds from the end of the range. */
async function failures(environmentId: string, name: string, times: Record<number, number>): Promise<string> {
  let fingerprint = "";
  for (const [after, count] of Object.entries(times)) {
    for (let no = 0; no < count; no++) {
      ({ fingerprint } = await world.fail({ environmentId, error: named(name), at: new Date(to + Number(after)) }));
    }
  }
  return fingerprint;
}

describe.each([
  ["ten minutes", HOUR / 6],
  ["two hours", 2 * HOUR],
  ["a day", 24 * HOUR],
])("a list of %s", (_, length) => {
  it.each<ErrorListSort>(["count", "lastSeen", "firstSeen"])(
    "by %s counts to the millisecond at both ends",
    async (sort) => {
      const environmentId = world.newEnvironment();
      const from = -length;
      // What failed most in the minutes at the ends failed least in the range.
      const early = ["EarlyA", "EarlyB", "EarlyC"].map((name) => [name, { [from - 1]: 9, [from]: 1 }] as const);
      const late = ["LateA", "LateB", "LateC"].map((name) => [name, { 0: 1, 1: 8 }] as const);
      const inside = ["InsideA", "InsideB", "InsideC"].map(
        (name) => [name, { [from + HOUR / 20]: 2, [-HOUR / 20]: 2 }] as const,
      );
      const outside = [["Outside", { [from - 1]: 9, 1: 9 }]] as const;
      const expected = new Map<string, number>();
      for (const [name, times] of [...early, ...late, ...inside, ...outside]) {
        const fingerprint = await failures(environmentId, name, times);
        const counted = Object.entries(times).filter(([after]) => Number(after) >= from && Number(after) <= 0);
        if (counted.length > 0)
          expected.set(
            fingerprint,
            counted.reduce((sum, [, count]) => sum + count, 0),
          );
      }
      await world.one.catchUp(environmentId);
      const list = { environmentId, sort, filters: {}, range: { from: to + from, to }, asOf: Date.now() };
      const found: [string, number][] = [];
      for (let edge, more = true; more;) {
        const page = await listErrorGroups(world.pool, list, { size: 2, edge });
        found.push(...page.groups.map(({ fingerprint, count }): [string, number] => [fingerprint, count]));
        const { value = 0, fingerprint = "" } = page.groups.at(-1) ?? {};
        edge = { direction: "after" as const, value, fingerprint };
        more = page.more;
      }
      expect(new Map(found)).toEqual(expected);
      expect(found).toHaveLength(expected.size);
      if (sort === "count") expect(found.map(([, count]) => count)).toEqual([4, 4, 4, 1, 1, 1, 1, 1, 1]);
    },
  );
});
