import { createPool } from "@trigger.dev/database";
import { startTestDatabase } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { purgeExpired } from "./purge-expired.server.js";

let database: Awaited<ReturnType<typeof startTestDatabase>>;
let pool: ReturnType<typeof createPool>;

beforeAll(async () => {
  database = await startTestDatabase();
  pool = createPool({ url: database.url, max: 4, onError: () => {} });
});
afterAll(async () => {
  await pool?.end();
  await database?.stop();
});

const purge = () => purgeExpired({ pool, config: { traceRetentionDays: 7 } });
const count = async (table: string) => Number((await pool.query(`SELECT count(*) AS n FROM ${table}`)).rows[0].n);

const SPAN = `INSERT INTO run_span (environment_id, run_id, id, kind, message, level, started_at_ns, duration_ns, is_error,
  is_partial, properties, events, received_at)
  SELECT 'env_a', 'run_' || $2, 'span ' || n, 'span', '', 'TRACE', 0, 0, false, false, '{}', '[]', now() - $1::interval
  FROM generate_series(1, $3) AS n`;

describe("purging", () => {
  it("deletes what has expired and keeps the rest, however much it is", async () => {
    await pool.query(SPAN, ["8 days", "old", 2500]);
    await pool.query(SPAN, ["6 days", "young", 3]);
    await pool.query(`INSERT INTO used_token (environment_id, hash, used_for, expires_at) VALUES
      ('env_a', '\\x01', 'run_a', now() - interval '1 second'), ('env_a', '\\x02', 'run_b', now() + interval '1 hour')`);
    await pool.query(`INSERT INTO "user" (id, email) VALUES ('user_a', 'a@example.com')`);
    for (const [table, id] of [
      ["session", "s"],
      ["sign_in_link", "l"],
    ])
      await pool.query(`INSERT INTO ${table} (id, secret_hash, user_id, expires_at) VALUES
        ('${id}1', '\\x01', 'user_a', now() - interval '1 second'), ('${id}2', '\\x02', 'user_a', now() + interval '1 hour')`);
    await pool.query(`INSERT INTO authorization_code (id, hash, client, address, expires_at) VALUES
      ('c1', '\\x01', '', '', now() - interval '2 days'), ('c2', '\\x02', '', '', now() - interval '1 hour')`);
    await pool.query(
      "INSERT INTO personal_access_token (id, user_id, name, hash, obfuscated) VALUES ('p', 'user_a', '', '\\x01', '')",
    );
    await pool.query(`INSERT INTO user_actor_token (id, user_id, pat_id, client, expires_at) VALUES
      ('u1', 'user_a', 'p', '', now() - interval '91 days'), ('u2', 'user_a', 'p', '', now() - interval '1 day')`);
    await purge();
    expect(await count("run_span")).toBe(3);
    for (const table of ["used_token", "session", "sign_in_link", "authorization_code", "user_actor_token"])
      expect(await count(table), table).toBe(1);
  });

  it("finds the runs that were triggered while their environment was being deleted", async () => {
    const run = (environment: string, id: string) =>
      pool.query(
        `WITH stored AS (
           INSERT INTO run (environment_id, id, task_identifier, status, payload_type, queue, options, tags)
           VALUES ($1, $2, 'hello', 'QUEUED', 'application/json', 'q', '{}', '{tagged}')
           RETURNING environment_id, id, created_at)
         INSERT INTO run_tag (environment_id, tag, created_at, run_id)
         SELECT environment_id, 'tagged', created_at, id FROM stored`,
        [environment, id],
      );
    await run("env_ended", "run_late");
    await run("env_other", "run_mine");
    await pool.query("INSERT INTO ended_environment (environment_id) VALUES ('env_ended')");
    await purge();
    expect((await pool.query("SELECT id FROM run")).rows).toEqual([{ id: "run_mine" }]);
    expect((await pool.query("SELECT run_id FROM run_tag")).rows).toEqual([{ run_id: "run_mine" }]);
    expect(await count("ended_environment")).toBe(1);
    await pool.query("UPDATE ended_environment SET ended_at = now() - interval '2 hours'");
    await purge();
    expect(await count("ended_environment")).toBe(0);
  });
});
