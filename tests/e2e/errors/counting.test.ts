import { setTimeout as sleep } from "node:timers/promises";
import { changeErrorGroup } from "@trigger.dev/error-store";
import { AdminError, makeTempDir, startApp, startTestDatabase, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Attempt, devClient, type DevClient } from "../support/dev-client.js";

type Database = Awaited<ReturnType<typeof startTestDatabase>>;

let database: Database;
let dataDir: string;
let steady: TestApp;
let fragile: TestApp;

const start = () =>
  startApp({ dataDir, databaseUrl: database.url, env: { RUN_LEASE_SECONDS: "60", RATE_LIMITS: "off" } });

beforeAll(async () => {
  database = await startTestDatabase();
  dataDir = await makeTempDir("counting");
  steady = await start();
  fragile = await start();
});

afterAll(async () => {
  await fragile?.stop();
  await steady?.stop();
  await database?.stop();
});

const clientOf = (app: TestApp, slug: "dev" | "prod" = "dev"): Promise<DevClient> =>
  devClient(app.origin, { ref: app.bootstrap.project.ref, apiKey: app.bootstrap.environments[slug].apiKey });

/** A failure of its own cause for each `name`. */
const failed = (name: string) => ({
  ok: false,
  error: { type: "BUILT_IN_ERROR", name, message: "It broke", stackTrace: `${name}: It broke\n    at run (a.ts:1:1)` },
});

/** What has been answered by any server is counted for who reads errors over another. */
async function readErrors(slug: "dev" | "prod" = "dev"): Promise<void> {
  const { origin, bootstrap } = steady;
  const headers = { authorization: `Bearer ${bootstrap.environments[slug].apiKey}` };
  const response = await fetch(`${origin}/api/v1/errors?page[size]=1`, { headers });
  expect(response.status).toBe(200);
}

const groupOf = async (type: string) => {
  await readErrors();
  const { rows } = await database.pool.query<{
    environmentId: string;
    fingerprint: string;
    count: number;
    status: string;
    minutes: number;
  }>(
    `SELECT g.environment_id AS "environmentId", g.fingerprint, g.count::int, g.status::text, (
       SELECT sum(b.count)::int FROM error_bucket_minute b
       WHERE b.environment_id = g.environment_id AND b.fingerprint = g.fingerprint) AS minutes
     FROM error_group g WHERE g.error_type = $1`,
    [type],
  );
  const [group] = rows;
  if (group === undefined || rows.length > 1) throw new Error(`${rows.length} groups of ${type}`);
  return group;
};

const activityOf = async (type: string) => {
  const { environmentId, fingerprint } = await groupOf(type);
  const { rows } = await database.pool.query<{ reason: string }>(
    "SELECT reason FROM error_activity WHERE environment_id = $1 AND fingerprint = $2 ORDER BY sequence",
    [environmentId, fingerprint],
  );
  return rows.map(({ reason }) => reason);
};

/** Runs under way, started over one server. */
async function underWay(client: DevClient, count: number): Promise<Attempt[]> {
  await Promise.all(Array.from({ length: count }, () => client.trigger()));
  const attempts: Attempt[] = [];
  while (attempts.length < count) {
    for (const message of await client.dequeue()) {
      const { body } = await client.start(message);
      attempts.push({ runId: message.run.id, snapshotId: body.snapshot.id });
    }
  }
  return attempts;
}

describe("50 failures at once over two servers", () => {
  it.each([
    ["CountedError", { type: "ignore", totalOccurrences: 50 }, "count_exceeded"],
    ["FrequentError", { type: "ignore", occurrenceRate: 20 }, "rate_exceeded"],
    ["ResolvedError", { type: "resolve" }, "regression"],
  ] as const)(
    "re-open a %s once, are counted once each, and are there for who reads after they are answered",
    async (name, command, reason) => {
      const clients = [await clientOf(steady), await clientOf(fragile)] as const;
      const [first, ...rest] = await underWay(clients[0], 51);
      if (first === undefined) throw new Error("no run");
      await clients[0].complete(first, failed(name));
      const { environmentId, fingerprint } = await groupOf(name);
      const actor = { userId: null, credential: null, client: null };
      await changeErrorGroup(database.pool, { environmentId, fingerprint, command, actor });
      // A rate is one of a true minute: none of the clock's ends in between.
      if (command.type === "ignore" && Date.now() % 60_000 > 57_000) await sleep(4000);
      const answers = await Promise.all(
        rest.map((run, index) => clients[index % 2 ? 1 : 0].complete(run, failed(name))),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(await groupOf(name)).toMatchObject({ count: 51, minutes: 51, status: "unresolved" });
      expect(await activityOf(name)).toEqual(["manual", reason]);
      await clients[1].complete(first, failed(name));
      expect(await groupOf(name)).toMatchObject({ count: 51 });
    },
  );
});

describe("the operator", () => {
  it("finds that the counts agree, is told where they do not, and restores them", async () => {
    const client = await clientOf(steady);
    await client.complete(await client.running(), failed("VerifiedError"));
    expect(await steady.admin("error", "verify")).toMatchObject({ agrees: true, differences: [] });
    const { fingerprint } = await groupOf("VerifiedError");
    await database.pool.query("UPDATE error_group SET count = 7 WHERE fingerprint = $1", [fingerprint]);
    const refused: unknown = await steady.admin("error", "verify").catch((error: unknown) => error);
    if (!(refused instanceof AdminError)) throw new Error("verify ended with 0");
    expect(refused.exitCode).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      agrees: false,
      differences: [{ errorId: `error_${fingerprint}`, where: "group", counted: 7, inRuns: 1 }],
    });
    await steady.admin("error", "rebuild");
    expect(await steady.admin("error", "verify")).toMatchObject({ agrees: true });
    expect(await groupOf("VerifiedError")).toMatchObject({ count: 1 });
  });
});

describe("what a worker says of a failure", () => {
  const raw = (text: string) => text.replaceAll("NUL", "\u0000").replaceAll("LONE", "\ud800");
  it.each([
    ["a megabyte", "x".repeat(900_000)],
    ["NUL and half a character", raw("aNULbLONEc")],
    ["markup and a terminal's escapes", "<img src=x onerror=alert(1)> \u001b[31mred\u001b]0;title\u0007"],
    ["nothing", ""],
  ])("is stored safely when it is %s", async (_what, message) => {
    const client = await clientOf(steady, "prod");
    const error = {
      type: "BUILT_IN_ERROR",
      name: "Error",
      message,
      stackTrace: `Error: ${message}\n    at f (a.ts:1:1)`,
    };
    const attempt = await client.running();
    expect((await client.complete(attempt, { ok: false, error })).status).toBe(200);
    await readErrors("prod");
    const { rows } = await database.pool.query<{ message: string; stack: string }>(
      `SELECT g.error_message AS message, g.sample_stack_trace AS stack FROM error_group g
       JOIN run r ON r.environment_id = g.environment_id AND r.error_fingerprint = g.fingerprint WHERE r.id = $1`,
      [attempt.runId],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.message.length).toBeLessThanOrEqual(2048);
    expect(rows[0]?.stack.length).toBeLessThanOrEqual(16_384);
    // oxlint-disable-next-line no-control-regex
    expect(`${rows[0]?.message}${rows[0]?.stack}`).not.toMatch(/[\u0000\u0007\u001b\ud800]/);
  });

  it("makes it a failure like any other when nothing was thrown, or when its fingerprint cannot be read", async () => {
    const client = await clientOf(steady, "prod");
    for (const error of [
      { type: "CUSTOM_ERROR" },
      { type: "STRING_ERROR", raw: "", fingerprint: { not: "a text" } },
      { type: "STRING_ERROR", raw: "a", fingerprint: Array.from({ length: 5000 }, () => "x".repeat(100)) },
      { type: "INTERNAL_ERROR", code: "TASK_PROCESS_SIGTERM", fingerprint: "ours" },
    ]) {
      const attempt = await client.running();
      expect((await client.complete(attempt, { ok: false, error })).status).toBe(200);
      expect(String((await client.read(attempt.runId))["status"])).toMatch(/FAILED|CRASHED/);
    }
    expect(await steady.admin("error", "verify")).toMatchObject({ agrees: true });
  });
});

describe("a server that is killed while runs fail", () => {
  it("leaves what it had not counted to the other: every failed run is counted once", async () => {
    const clients = [await clientOf(steady), await clientOf(fragile)] as const;
    const attempts = await underWay(clients[0], 60);
    const answers = attempts.map((attempt, index) =>
      clients[index % 2 ? 1 : 0].complete(attempt, failed(`Killed${"ABC"[index % 3]}Error`)).catch(() => null),
    );
    await Promise.race(answers);
    fragile.child.kill("SIGKILL");
    await Promise.all(answers);
    const open = async () => (await database.pool.query("SELECT 1 FROM error_outbox")).rows.length;
    for (const end = Date.now() + 30_000; (await open()) > 0 && Date.now() < end;) await sleep(200);
    expect(await open()).toBe(0);
    const ids = attempts.map(({ runId }) => runId);
    const { rows } = await database.pool.query<{ failed: number; counted: number }>(
      `SELECT count(*)::int AS failed, (
         SELECT sum(count)::int FROM error_group WHERE error_type LIKE 'Killed_Error') AS counted
       FROM run WHERE id = ANY($1) AND error_fingerprint IS NOT NULL`,
      [ids],
    );
    expect(rows[0]?.failed).toBeGreaterThan(0);
    expect(rows[0]?.counted).toBe(rows[0]?.failed);
    expect(await steady.admin("error", "verify")).toMatchObject({ agrees: true, waiting: 0 });
  });
});
