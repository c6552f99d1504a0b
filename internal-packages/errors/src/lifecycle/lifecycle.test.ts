import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyCommand } from "./apply-command.js";
import { applyOccurrence, applyOccurrences } from "./apply-occurrence.js";
import type { ErrorCommand, ErrorState, Occurrence, Transition } from "./error-state.js";
import { settle } from "./settle.js";

type State = ErrorState<string>;

const start = Date.UTC(2026, 10, 22, 9, 0, 0);
const unresolved: State = { status: "unresolved" };
const after = (command: ErrorCommand, from: State = unresolved, now = start) =>
  applyCommand(from, { command, actor: "ada", now });
const failAt = (at: number, version: string | null = null): Occurrence => ({ at, version });

describe("resolved", () => {
  test("by time alone, a failure after it is a regression, and one from before is none", () => {
    const { state } = after({ type: "resolve" });
    expect(applyOccurrence(state, failAt(start - 1), start + 10).state.status).toBe("resolved");
    expect(applyOccurrence(state, failAt(start), start + 10).state.status).toBe("resolved");

    const { state: next, activity } = applyOccurrence(state, failAt(start + 1, "3"), start + 10);
    expect(next.status).toBe("unresolved");
    expect(activity).toEqual([
      { at: start + 1, from: "resolved", to: "unresolved", reason: "regression", actor: null, version: "3" },
    ]);
  });

  test.each([
    ["20261122.2", "20261122.1", "resolved"],
    ["20261122.2", "20261122.2", "unresolved"],
    ["20261122.2", "20261122.10", "unresolved"],
    ["1.2.0", "1.1.9", "resolved"],
    ["1.2.0", "1.2.0-rc.1", "resolved"],
    ["1.2.0", "1.2.0", "unresolved"],
    ["1.2.0", "another", "unresolved"],
  ])("in %s, a failure of %s leaves it %s", (inVersion, version, status) => {
    const { state } = after({ type: "resolve", inVersion });
    expect(applyOccurrence(state, failAt(start + 1, version), start + 1).state.status).toBe(status);
  });

  test("resolving again in the same version writes nothing down; in another it does", () => {
    const { state } = after({ type: "resolve", inVersion: "1.0.0" });
    expect(after({ type: "resolve", inVersion: "1.0.0" }, state, start + 5)).toEqual({ state, activity: [] });
    expect(after({ type: "resolve", inVersion: "1.0.1" }, state, start + 5).activity).toEqual([
      { at: start + 5, from: "resolved", to: "resolved", reason: "manual", actor: "ada", version: "1.0.1" },
    ]);
  });
});

describe("ignored", () => {
  test("for a time, it ends at that time, whether it is read or fails", () => {
    const { state } = after({ type: "ignore", durationMs: 1_000 });
    expect(settle(state, start + 999).state.status).toBe("ignored");
    const read = settle(state, start + 5_000);
    const failed = applyOccurrence(state, failAt(start + 4_000), start + 5_000);
    expect(read).toEqual(failed);
    expect(read.activity).toEqual([
      { at: start + 1_000, from: "ignored", to: "unresolved", reason: "ignore_expired", actor: null, version: null },
    ]);
  });

  test("at a rate of 2, the third in one minute of the clock ends it", () => {
    const { state } = after({ type: "ignore", occurrenceRate: 2 }, unresolved, start + 50_000);
    const spread = [50_001, 59_999, 60_000, 119_999, 120_000].map((offset) => failAt(start + offset));
    expect(applyOccurrences(state, spread, start + 130_000).state.status).toBe("ignored");

    const third = applyOccurrences(state, [...spread, failAt(start + 100_000)], start + 130_000);
    expect(third.activity.map(({ reason, at }) => [reason, at])).toEqual([["rate_exceeded", start + 100_000]]);
  });

  test("until 2 new ones, the second ends it, and failures from before it do not count", () => {
    const { state } = after({ type: "ignore", totalOccurrences: 2 });
    const one = applyOccurrences(state, [failAt(start - 5), failAt(start + 1)], start + 1);
    expect(one.state.status).toBe("ignored");
    expect(applyOccurrence(one.state, failAt(start + 2), start + 2).activity[0]?.reason).toBe("count_exceeded");
  });

  test("without limits it stays, and asking again changes nothing", () => {
    const { state } = after({ type: "ignore", reason: "noise" });
    const many = Array.from({ length: 500 }, (_, index) => failAt(start + index));
    expect(applyOccurrences(state, many, start + 1_000).state.status).toBe("ignored");
    expect(after({ type: "ignore", reason: "noise" }, state, start + 9).activity).toEqual([]);
  });

  test("fifty at once end it once", () => {
    const { state } = after({ type: "ignore", occurrenceRate: 10, totalOccurrences: 20 });
    const { activity } = applyOccurrences(state, Array(50).fill(failAt(start + 5)), start + 5);
    expect(activity.map(({ reason }) => reason)).toEqual(["rate_exceeded"]);
  });
});

const commands: fc.Arbitrary<ErrorCommand> = fc.oneof(
  fc.record({
    type: fc.constant("resolve" as const),
    inVersion: fc.constantFrom(undefined, "20260101.1", "20260101.3"),
  }),
  fc.record({
    type: fc.constant("ignore" as const),
    durationMs: fc.constantFrom(undefined, 1, 70_000),
    occurrenceRate: fc.constantFrom(undefined, 1, 3),
    totalOccurrences: fc.constantFrom(undefined, 1, 4),
  }),
  fc.constant({ type: "unresolve" as const }),
);
const steps = fc.array(
  fc.record({
    wait: fc.nat(40_000),
    event: fc.oneof(
      fc.record({ command: commands }),
      fc.record({ late: fc.nat(5_000), version: fc.constantFrom(null, "20260101.1", "20260101.2", "20260101.4") }),
    ),
  }),
  { maxLength: 40 },
);

test("whatever happens, activity is an unbroken chain that leads to the status", () => {
  fc.assert(
    fc.property(steps, (story) => {
      let state: State = unresolved;
      let now = start;
      let status = "unresolved";
      for (const { wait, event } of story) {
        now += wait;
        const next: Transition<string> =
          "command" in event
            ? after(event.command, state, now)
            : applyOccurrence(state, failAt(now - event.late, event.version), now);
        for (const row of next.activity) {
          expect(row.from).toBe(status);
          expect(row.actor === null).toBe(row.reason !== "manual");
          status = row.to;
        }
        state = next.state;
        expect(state.status).toBe(status);
        expect(settle(state, now)).toEqual({ state, activity: [] });
      }
    }),
  );
});

test("the last writer wins, and both are written down", () => {
  fc.assert(
    fc.property(commands, commands, (first, second) => {
      const one = after(first);
      const two = after(second, one.state, start + 1);
      const wanted = { resolve: "resolved", ignore: "ignored", unresolve: "unresolved" }[second.type];
      const expired = two.state.status === "ignored" && two.state.ignoredUntil === start + 1;
      expect(expired ? wanted : two.state.status).toBe(wanted);
      expect(one.activity.length).toBe(first.type === "unresolve" ? 0 : 1);
    }),
  );
});

test("each limit alone ends an ignore exactly once, at its own occurrence", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.boolean(), (limit, byRate) => {
      const command: ErrorCommand = byRate
        ? { type: "ignore", occurrenceRate: limit }
        : { type: "ignore", totalOccurrences: limit };
      let { state } = after(command);
      const endedAt: number[] = [];
      for (let count = 1; count <= 70; count += 1) {
        const next = applyOccurrence(state, failAt(start + count), start + count);
        if (next.activity.length > 0) endedAt.push(count);
        state = next.state;
      }
      expect(endedAt).toEqual([byRate ? limit + 1 : limit]);
    }),
  );
});
