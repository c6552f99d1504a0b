import { createId } from "@trigger.dev/core/ids";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cancelRun } from "./cancel-run.js";
import { completeAttempt } from "./complete-attempt.js";
import { startAttempt } from "./start-attempt.js";
import { startEngineWorld } from "./test-world/engine-world.js";

let world: Awaited<ReturnType<typeof startEngineWorld>>;
beforeAll(async () => {
  world = await startEngineWorld();
});
afterAll(() => world?.stop());

const MANY = Array.from({ length: 40 }, (_, turn) => turn);
const OK = { ok: true, usageMs: 1, output: { text: "1", type: "application/json" } } as const;

describe("many runs at once", () => {
  it("are queued in the order in which they were triggered, with all that each was triggered with", async () => {
    const env = await world.newEnvironment();
    const createdAt = new Date();
    const ids = await Promise.all(MANY.map((turn) => env.trigger("a", { createdAt, tags: [`t${turn}`, '"'] })));
    expect((await env.take(100)).map(({ runId }) => runId)).toEqual(ids);
    const { rows } = await world.pool.query<{ tags: string[] }>(
      "SELECT tags FROM run WHERE environment_id = $1 ORDER BY array_position($2::text[], id)",
      [env.id, ids],
    );
    expect(rows.map(({ tags }) => tags)).toEqual(MANY.map((turn) => [`t${turn}`, '"']));
    const listed = await world.pool.query<{ tag: string }>(
      "SELECT tag FROM run_tag WHERE environment_id = $1 AND run_id = $2 AND created_at = $3 ORDER BY tag",
      [env.id, ids[7], createdAt],
    );
    expect(listed.rows).toEqual([{ tag: '"' }, { tag: "t7" }]);
  });

  it("are one run for one idempotency key", async () => {
    const env = await world.newEnvironment();
    const expiresAt = new Date(Date.now() + 60_000);
    const ids = await Promise.all(
      MANY.map((turn) =>
        env.trigger("a", { idempotencyKey: { key: `k${turn % 4}`, expiresAt }, tags: ["one", "one"] }),
      ),
    );
    expect(new Set(ids).size).toBe(4);
    const listed = await world.pool.query("SELECT run_id FROM run_tag WHERE environment_id = $1", [env.id]);
    expect(listed.rows).toHaveLength(4);
    expect(await env.take(100)).toHaveLength(4);
  });

  it("are stored though one of them cannot be", async () => {
    const env = await world.newEnvironment();
    const taken = createId("run");
    await env.trigger("a", { id: taken });
    const results = await Promise.allSettled([
      ...MANY.map(() => env.trigger("a")),
      env.trigger("a", { id: taken }),
      ...MANY.map(() => env.trigger("a")),
    ]);
    expect(results.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect(await env.take(100)).toHaveLength(81);
  });

  it("start and complete each once, however often it is said, and not those that were cancelled", async () => {
    const env = await world.newEnvironment();
    await Promise.all(MANY.map(() => env.trigger("a")));
    const taken = await env.take(100);
    const [first, ...others] = taken;
    const start = ({ runId, snapshot }: (typeof taken)[number]) =>
      startAttempt(world.engine, { environmentId: env.id, runId, snapshotId: snapshot.id });
    await cancelRun(world.engine, { environmentId: env.id, runId: first?.runId ?? "" }, "no more");
    const started = await Promise.all([...taken, ...taken].map(start));
    expect(started.filter(({ ok }) => ok)).toHaveLength(others.length);
    const attempts = started.flatMap((answer, turn) => {
      const runId = taken[turn % taken.length]?.runId ?? "";
      return answer.ok ? [{ environmentId: env.id, runId, snapshotId: answer.snapshot.id }] : [];
    });
    const completed = await Promise.all(
      [...attempts, ...attempts].map((attempt) => completeAttempt(world.engine, { ...attempt, result: OK })),
    );
    expect(completed.every(({ ok }) => ok)).toBe(true);
    expect(new Set(completed.map((answer) => answer.ok && answer.snapshot.id)).size).toBe(others.length);
    for (const { runId } of others) {
      const { status, history, place } = await env.read(runId);
      expect({ status, history, place }).toEqual({
        status: "COMPLETED",
        history: ["QUEUED", "DEQUEUED", "EXECUTING", "COMPLETED"],
        place: null,
      });
    }
  });
});
