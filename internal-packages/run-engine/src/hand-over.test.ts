import { changeErrorGroup, createErrorStore, type ErrorStore, verifyCounts } from "@trigger.dev/error-store";
import { fingerprintOf, fingerprintParts, fingerprintSql } from "@trigger.dev/errors";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cancelRun } from "./cancel-run.js";
import { completeAttempt } from "./complete-attempt.js";
import type { RunKey } from "./engine-context.js";
import type { RunFailure } from "./run-failure.js";
import { startAttempt } from "./start-attempt.js";
import { sweep } from "./sweep.js";
import { startEngineWorld } from "./test-world/engine-world.js";

let world: Awaited<ReturnType<typeof startEngineWorld>>;
let errors: ErrorStore;
const problems: unknown[] = [];
beforeAll(async () => {
  world = await startEngineWorld();
  errors = createErrorStore({ pool: world.pool, retentionDays: 90, onError: (error) => problems.push(error) });
});
afterAll(() => world?.stop());

const THROWN: RunFailure = {
  type: "BUILT_IN_ERROR",
  name: "TypeError",
  message: "Cannot read properties of undefined (reading 'iban')",
  stackTrace: "TypeError: Cannot read properties of undefined (reading 'iban')\n    at pay (/app/src/pay.ts:7:3)",
};
const internal = (code: string): RunFailure => ({ type: "INTERNAL_ERROR", code });

const end = (attempt: RunKey & { snapshotId: string }, failure: RunFailure, retryInMs?: number) =>
  completeAttempt(world.engine, {
    ...attempt,
    result: {
      ok: false,
      usageMs: 1,
      failure,
      retryAt: retryInMs === undefined ? null : new Date(Date.now() + retryInMs),
    },
  });

const groupsOf = async (environmentId: string) =>
  (
    await world.pool.query<{ type: string; count: number }>(
      "SELECT error_type AS type, count::int FROM error_group WHERE environment_id = $1 ORDER BY 1",
      [environmentId],
    )
  ).rows;

it.each([
  ["FAILED", THROWN, "TypeError"],
  ["CRASHED", internal("TASK_PROCESS_SIGSEGV"), "TASK_PROCESS_SIGSEGV"],
  ["TIMED_OUT", internal("MAX_DURATION_EXCEEDED"), "MAX_DURATION_EXCEEDED"],
  ["SYSTEM_FAILURE", internal("COULD_NOT_IMPORT_TASK"), "COULD_NOT_IMPORT_TASK"],
] as const)("a run that ends as %s is an occurrence of its error, once", async (status, failure, type) => {
  const env = await world.newEnvironment();
  const attempt = await env.running();
  expect(await end(attempt, failure)).toMatchObject({ ok: true });
  await errors.catchUp(env.id);
  expect(await end(attempt, failure)).toMatchObject({ ok: true });
  await errors.catchUp(env.id);
  expect(await groupsOf(env.id)).toEqual([{ type, count: 1 }]);
  const { rows } = await world.pool.query(
    `SELECT r.status::text, r.error_fingerprint = g.fingerprint AS grouped, g.last_seen = r.finished_at AS seen,
       g.sample_version = r.version AS version
     FROM run r JOIN error_group g ON g.environment_id = r.environment_id WHERE r.id = $1`,
    [attempt.runId],
  );
  expect(rows).toEqual([{ status, grouped: true, seen: true, version: true }]);
});

it("neither a retried attempt, nor a cancelled run, nor one that completes is an error", async () => {
  const env = await world.newEnvironment();
  const retried = await env.running();
  const answer = await end(retried, THROWN, 0);
  if (!answer.ok) throw new Error(answer.reason);
  expect(answer.attemptStatus).toBe("RETRY_IMMEDIATELY");
  const again = await startAttempt(world.engine, { ...retried, snapshotId: answer.snapshot.id });
  if (!again.ok) throw new Error(again.reason);
  const result = { ok: true, usageMs: 1, output: { text: null, type: "application/json" } } as const;
  await completeAttempt(world.engine, { ...retried, snapshotId: again.snapshot.id, result });
  await end(await env.running(), internal("TASK_RUN_CANCELLED"));
  const cancelled = await env.running();
  await cancelRun(world.engine, cancelled, "enough");
  await end(cancelled, THROWN);
  expect(await errors.drain(0)).toBe(0);
  expect(await groupsOf(env.id)).toEqual([]);
  const { rows } = await world.pool.query(
    "SELECT 1 FROM run WHERE environment_id = $1 AND error_fingerprint IS NOT NULL",
    [env.id],
  );
  expect(rows).toEqual([]);
});

it("an attempt that asks for a retry which its run does not allow is one, as are many that fail at once", async () => {
  const env = await world.newEnvironment();
  const last = await env.running("a", { options: { maxAttempts: 1 } });
  expect(await end(last, THROWN, 0)).toMatchObject({ attemptStatus: "RUN_FINISHED" });
  const runs = [];
  for (let turn = 0; turn < 30; turn += 1) runs.push(await env.running());
  await Promise.all(runs.flatMap((run) => [end(run, THROWN), end(run, THROWN)]));
  const { rows } = await world.pool.query("SELECT DISTINCT run_id FROM error_outbox WHERE environment_id = $1", [
    env.id,
  ]);
  expect(rows).toHaveLength(31);
  expect(await errors.drain(0)).toBe(31);
  expect(await groupsOf(env.id)).toEqual([{ type: "TypeError", count: 31 }]);
});

it("failures of a known group are counted in step with the runs, and one of a resolved group re-opens it", async () => {
  const env = await world.newEnvironment();
  const fail = async () => end(await env.running(), THROWN);
  const group = async () =>
    (
      await world.pool.query<{ fingerprint: string; count: number; status: string }>(
        "SELECT fingerprint, count::int, status::text FROM error_group WHERE environment_id = $1",
        [env.id],
      )
    ).rows[0];
  await fail();
  await errors.catchUp(env.id);
  const runs = [];
  for (let turn = 0; turn < 20; turn += 1) runs.push(await env.running());
  await Promise.all(runs.map((run) => end(run, THROWN)));
  await errors.catchUp(env.id);
  const scope = { pool: world.pool, retentionDays: 90, environmentId: env.id };
  expect(await verifyCounts(scope)).toMatchObject({ agrees: true, waiting: 0 });
  const { fingerprint = "" } = (await group()) ?? {};
  const actor = { userId: null, credential: null, client: null };
  await changeErrorGroup(world.pool, { environmentId: env.id, fingerprint, command: { type: "resolve" }, actor });
  await new Promise((resolve) => setTimeout(resolve, 2));
  await fail();
  expect(await group()).toMatchObject({ count: 21, status: "resolved" });
  await errors.catchUp(env.id);
  expect(await group()).toMatchObject({ count: 22, status: "unresolved" });
  expect(await verifyCounts(scope)).toMatchObject({ agrees: true, waiting: 0 });
});

it("a run that the sweeper gives up is an occurrence as well", async () => {
  const env = await world.newEnvironment();
  const attempt = await env.running("a", { options: { maxAttempts: 1 } });
  await world.pool.query("UPDATE queue_item SET deadline_at = now() - interval '1 second' WHERE run_id = $1", [
    attempt.runId,
  ]);
  await sweep(world.engine);
  expect((await env.read(attempt.runId)).status).toBe("CRASHED");
  await errors.drain(0);
  expect(await groupsOf(env.id)).toEqual([{ type: "TASK_RUN_STALLED_EXECUTING", count: 1 }]);
  expect(problems).toEqual([]);
});

it("a worker's own fingerprint goes before what the failure looks like", async () => {
  const env = await world.newEnvironment();
  for (const failure of [THROWN, internal("TASK_PROCESS_SIGSEGV")]) {
    await end(await env.running(), { ...failure, fingerprint: ["payments", "iban"] });
  }
  await errors.drain(0);
  expect(await groupsOf(env.id)).toMatchObject([{ count: 2 }]);
});

it("failures of several environments that end in one statement keep to themselves, whatever is in their texts", async () => {
  // What separates the texts of a statement, raw and as JSON escapes it.
  const separators = ["\u001f", "\\u001f", "\u001f\u001f", '"\u001f"', '"}\u001f{"', "\u001f[]\u001f"];
  const failures = separators.map((separator, index): RunFailure => ({
    type: "BUILT_IN_ERROR",
    name: `Type${index}${separator}Error`,
    message: `${separator}message ${index}${separator}`,
    stackTrace: `${separator}Error: ${index}\n    at f${index}${separator} (/app/${separator}.ts:1:1)`,
    fingerprint: [separator, String(index), `${separator}end`],
  }));
  const fails = [];
  for (const error of failures) fails.push({ error, attempt: await (await world.newEnvironment()).running() });
  const ended = await Promise.all(fails.map(({ attempt, error }) => end(attempt, error)));
  expect(ended.every(({ ok }) => ok)).toBe(true);
  for (const { error, attempt } of fails) {
    const { environmentId, runId } = attempt;
    const { rows } = await world.pool.query<{ task: string; error: unknown; fingerprint: string }>(
      `SELECT task_identifier AS task, error, error_fingerprint AS fingerprint FROM run
       WHERE environment_id = $1 AND id = $2`,
      [environmentId, runId],
    );
    const taskIdentifier = rows[0]?.task ?? "";
    const { fingerprint } = fingerprintOf({ environmentId, taskIdentifier, error });
    expect(rows).toEqual([{ task: taskIdentifier, error, fingerprint }]);
  }
});

it("an error of a task with any name has one fingerprint, whether the statement that ends its run makes it or the engine", async () => {
  const sql = `SELECT ${fingerprintSql({ before: "$1::text", after: "$2::text" }, "$3::text")} AS fingerprint`;
  const character = fc.constantFrom(...'a"\\/\b\f\n\r\t\u0001\u001f\u007f\u0085\u2028', "é", "💥", "{{ default }}");
  // PostgreSQL holds no NUL, and of surrogates only pairs.
  const tasks = fc.oneof(
    fc.string({ unit: character, maxLength: 12 }),
    fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", "")),
  );
  await fc.assert(
    fc.asyncProperty(tasks, fc.string({ unit: "binary" }), async (taskIdentifier, message) => {
      const failure = { environmentId: "env_1", error: { ...THROWN, message } };
      const { before, after } = fingerprintParts(failure);
      const { rows } = await world.pool.query(sql, [before, after, taskIdentifier]);
      expect(rows).toEqual([{ fingerprint: fingerprintOf({ ...failure, taskIdentifier }).fingerprint }]);
    }),
  );
  const env = await world.newEnvironment();
  const attempt = await env.running();
  await end(attempt, THROWN);
  const { rows } = await world.pool.query<{ task: string; fingerprint: string }>(
    "SELECT task_identifier AS task, error_fingerprint AS fingerprint FROM run WHERE id = $1",
    [attempt.runId],
  );
  const [run] = rows;
  const place = { environmentId: env.id, taskIdentifier: run?.task ?? "" };
  expect(run?.fingerprint).toBe(fingerprintOf({ ...place, error: THROWN }).fingerprint);
});
