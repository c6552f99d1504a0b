import type { ErrorCommand } from "@trigger.dev/errors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeErrorGroup } from "./change-error-group.js";
import { ADA, type ErrorWorld, startErrorWorld } from "./test-world/error-world.js";

let world: ErrorWorld;
beforeAll(async () => {
  world = await startErrorWorld();
});
afterAll(() => world?.stop());

/** A group that failed once, a minute ago, and was then changed. */
async function groupThat(command?: ErrorCommand) {
  const environmentId = world.newEnvironment();
  const first = await world.fail({ environmentId, at: new Date(Date.now() - 60_000) });
  await world.one.catchUp(environmentId);
  const key = { environmentId, fingerprint: first.fingerprint };
  const change = (next: ErrorCommand) => changeErrorGroup(world.pool, { ...key, command: next, actor: ADA });
  if (command) expect(await change(command)).toBe(true);
  return {
    ...key,
    change,
    fail: async (version = "20261122.1", at = new Date(Date.now() + 5)) => {
      await world.fail({ environmentId, version, at });
      await world.one.catchUp(environmentId);
    },
    status: async () => (await world.group(environmentId))["status"],
    activity: () => world.activity(environmentId),
  };
}

const manual = (from: string, to: string) => ({ from, to, reason: "manual", user: "user_ada" });
const byItself = (from: string, reason: string) => ({ from, to: "unresolved", reason, user: null });

describe("a resolved group", () => {
  it("is re-opened by its version or a newer one, not by an old worker, which counts all the same", async () => {
    const group = await groupThat({ type: "resolve", inVersion: "20261122.2" });
    await group.fail("20261122.1");
    expect(await group.status()).toBe("resolved");
    expect(await world.group(group.environmentId)).toMatchObject({ count: 2 });
    await group.fail("20261122.10");
    expect(await group.status()).toBe("unresolved");
    await group.fail("20261122.11");
    expect(await group.activity()).toMatchObject([
      { ...manual("unresolved", "resolved"), version: "20261122.2" },
      { ...byItself("resolved", "regression"), version: "20261122.10" },
    ]);
  });

  it("is re-opened by any failure after it when no version was said, and remembers who resolved it", async () => {
    const group = await groupThat({ type: "resolve" });
    await group.fail("20261122.1", new Date(Date.now() - 60_000));
    expect(await group.status()).toBe("resolved");
    await group.fail();
    expect(await world.group(group.environmentId)).toMatchObject({
      status: "unresolved",
      resolved_by_user_id: "user_ada",
    });
  });
});

describe("an ignored group", () => {
  it("is re-opened by the second new one when it was ignored until two", async () => {
    const group = await groupThat({ type: "ignore", totalOccurrences: 2 });
    await group.fail();
    expect(await group.status()).toBe("ignored");
    await group.fail();
    expect(await group.status()).toBe("unresolved");
    expect(await group.activity()).toMatchObject([
      manual("unresolved", "ignored"),
      byItself("ignored", "count_exceeded"),
    ]);
  });

  it("is re-opened by the third in one true minute when its rate is two", async () => {
    const group = await groupThat({ type: "ignore", occurrenceRate: 2 });
    const minute = Math.ceil(Date.now() / 60_000) * 60_000;
    for (const after of [58_000, 59_000, 60_000, 61_000]) await group.fail("1.0.0", new Date(minute + after));
    expect(await group.status()).toBe("ignored");
    await group.fail("1.0.0", new Date(minute + 119_999));
    expect(await group.activity()).toMatchObject([
      manual("unresolved", "ignored"),
      { ...byItself("ignored", "rate_exceeded"), at: new Date(minute + 119_999) },
    ]);
  });

  it("ends with its time, as the next failure writes down", async () => {
    const group = await groupThat({ type: "ignore", durationMs: 20 });
    await new Promise((resolve) => setTimeout(resolve, 30));
    await group.fail();
    const { ignored_until: until } = await world.group(group.environmentId);
    expect(await group.activity()).toMatchObject([
      manual("unresolved", "ignored"),
      { ...byItself("ignored", "ignore_expired"), at: until },
    ]);
  });

  it("stays so without a limit", async () => {
    const group = await groupThat({ type: "ignore", reason: "noise" });
    for (let turn = 0; turn < 5; turn += 1) await group.fail();
    expect(await world.group(group.environmentId)).toMatchObject({
      status: "ignored",
      ignored_reason: "noise",
      count: 6,
    });
  });
});

describe.each([
  ["until 50 more", { type: "ignore", totalOccurrences: 50 }, "count_exceeded"],
  ["until 20 more", { type: "ignore", totalOccurrences: 20 }, "count_exceeded"],
  ["above 5 a minute", { type: "ignore", occurrenceRate: 5 }, "rate_exceeded"],
  ["and resolved", { type: "resolve", inVersion: "20261122.1" }, "regression"],
] as const)("50 failures at once in two processes of a group that was ignored %s", (_what, command, reason) => {
  it("re-open it once, with one row", async () => {
    const { environmentId, activity, status } = await groupThat(command);
    const at = new Date(Math.ceil(Date.now() / 60_000) * 60_000);
    const fail = async (_: unknown, index: number) => {
      await world.fail({ environmentId, at });
      await (index % 2 ? world.one : world.other).catchUp(environmentId);
    };
    await Promise.all(Array.from({ length: 50 }, fail));
    expect(await status()).toBe("unresolved");
    expect((await activity()).slice(1)).toMatchObject([
      byItself(command.type === "resolve" ? "resolved" : "ignored", reason),
    ]);
    expect(await world.group(environmentId)).toMatchObject({ count: 51 });
    expect(world.problems).toEqual([]);
  });
});

it("stays ignored at the 49th of 50, whoever counts them", async () => {
  const { environmentId, status } = await groupThat({ type: "ignore", totalOccurrences: 50 });
  const fail = async (_: unknown, index: number) => {
    await world.fail({ environmentId, at: new Date(Date.now() + 5) });
    await (index % 2 ? world.one : world.other).catchUp(environmentId);
  };
  await Promise.all(Array.from({ length: 49 }, fail));
  expect(await status()).toBe("ignored");
});

describe("changing a group", () => {
  it("writes each change down and answers false for a group of another environment", async () => {
    const group = await groupThat();
    await group.change({ type: "resolve", inVersion: "2.0.0" });
    await group.change({ type: "ignore", totalOccurrences: 3 });
    await group.change({ type: "unresolve" });
    expect(await group.activity()).toMatchObject([
      manual("unresolved", "resolved"),
      manual("resolved", "ignored"),
      manual("ignored", "unresolved"),
    ]);
    const elsewhere = { environmentId: world.newEnvironment(), fingerprint: group.fingerprint };
    expect(await changeErrorGroup(world.pool, { ...elsewhere, command: { type: "unresolve" }, actor: ADA })).toBe(
      false,
    );
  });

  it("is written down with the credential and the client", async () => {
    const group = await groupThat({ type: "resolve" });
    expect(
      await world.read(
        "SELECT credential_kind, credential_id, client FROM error_activity WHERE environment_id = $1",
        group.environmentId,
      ),
    ).toEqual([{ credential_kind: "uat", credential_id: "uat_of_ada", client: "a triage agent" }]);
  });

  it("changes nothing when it is repeated", async () => {
    const group = await groupThat({ type: "resolve", inVersion: "2.0.0" });
    const before = await world.group(group.environmentId);
    await group.change({ type: "resolve", inVersion: "2.0.0" });
    expect(await world.group(group.environmentId)).toEqual(before);
    expect(await group.activity()).toHaveLength(1);
  });

  it("takes place one after the other when many ask at once, each from where the last one left it", async () => {
    const group = await groupThat();
    await Promise.all(
      Array.from({ length: 20 }, (_, turn) =>
        group.change(
          turn % 2 ? { type: "resolve", inVersion: `1.0.${turn}` } : { type: "ignore", totalOccurrences: turn + 1 },
        ),
      ),
    );
    const activity = await group.activity();
    expect(activity).toHaveLength(20);
    for (const [index, { from }] of activity.entries()) expect(from).toBe(activity[index - 1]?.["to"] ?? "unresolved");
    expect(await group.status()).toBe(activity.at(-1)?.["to"]);
  });
});
