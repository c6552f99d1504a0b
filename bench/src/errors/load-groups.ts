import { Client } from "pg";

export interface Amount {
  groups: number;
  occurrences: number;
}

/** How far back failures lie: what is kept by default, less the week that may be dropped any time. */
const DAYS = 83;
const TASKS = 50;
const VERSIONS_A_DAY = 2;

/**
 * Groups as they come: a few occur all the time and most hardly ever (Zipf), each since some day, until now; one in a
 * hundred is ignored, one in ten resolved. Their names and messages are made of words that occur often, now and then,
 * and once.
 */
const GROUPS = `
  CREATE UNLOGGED TABLE bench_group AS
  SELECT no, '1' || left(md5($1 || no), 31) AS fingerprint, 'task-' || floor(${TASKS} * random() ^ 2) AS task,
    (ARRAY['Error', 'TypeError', 'TimeoutError', 'PrismaClientKnownRequestError', 'HttpError'])[1 + no % 5] AS type,
    format('%s failed for account %s in %s: the %s did not answer', (ARRAY['Charge', 'Refund', 'Sync', 'Import'])[1 + no % 4],
      left(md5('account' || no), 8), 'region-' || no % 500, (ARRAY['bank', 'warehouse', 'mail server', 'queue'])[1 + no % 4]) AS message,
    1 + floor(($3::float8 - $2) / (ln($2::float8) + 0.5772) / no)::integer AS count,
    ${DAYS} * random() AS age,
    CASE WHEN random() < 0.01 THEN 'ignored' WHEN random() < 0.1 THEN 'resolved' ELSE 'unresolved' END AS status
  FROM generate_series(1, $2::integer) AS no`;

const OCCURRENCES = `
  CREATE UNLOGGED TABLE bench_hour AS
  SELECT g.fingerprint, g.task, at, to_char(at, 'YYYYMMDD') || '.' || 1 + floor(random() * ${VERSIONS_A_DAY}) AS version
  FROM bench_group g CROSS JOIN LATERAL (
    SELECT now() - interval '1 minute' - g.age * CASE WHEN n = 1 THEN 1 ELSE random() END * interval '1 day' AS at
    FROM generate_series(1, g.count) n) o`;

/** Minutes lie in the order they came. */
const bucketsOf = (unit: "minute" | "hour" | "day") => `
  INSERT INTO error_bucket_${unit} (environment_id, fingerprint, bucket_at, version, count)
  SELECT $1, fingerprint, date_trunc('${unit}', at, 'UTC'), version, count(*) FROM bench_hour
  ${unit === "minute" ? "WHERE at >= date_trunc('day', now(), 'UTC') - interval '3 days'" : ""}
  GROUP BY 2, 3, 4 ORDER BY ${unit === "minute" ? "3, 2" : "2, 3"}, 4`;

const STORE_DAYS = `
  INSERT INTO error_group_day (environment_id, fingerprint, bucket_at, task_identifier, count, magnitude)
  SELECT $1, fingerprint, date_trunc('day', at, 'UTC'), task, count(*), error_magnitude(count(*)) FROM bench_hour
  GROUP BY 2, 3, 4 ORDER BY 2, 3`;

const STORE_GROUPS = `
  INSERT INTO error_group (environment_id, fingerprint, task_identifier, error_type, error_message, grouped_by, count,
    magnitude, first_seen, last_seen, last_seen_minute, sample_run_id, sample_at, status, ignored_at, resolved_at)
  SELECT $1, fingerprint, task, type, message, '{}', o.count, error_magnitude(o.count), o.first_seen, o.last_seen,
    date_trunc('minute', o.last_seen), 'run_bench', o.last_seen, status::error_status,
    CASE WHEN status = 'ignored' THEN o.last_seen END, CASE WHEN status = 'resolved' THEN o.last_seen END
  FROM (SELECT fingerprint, count(*) AS count, min(at) AS first_seen, max(at) AS last_seen FROM bench_hour GROUP BY 1) o
  JOIN bench_group USING (fingerprint) ORDER BY fingerprint`;

const STORE_SEARCHED = `
  INSERT INTO error_search (environment_id, fingerprint, searched, status, magnitude, first_seen, last_seen_hour)
  SELECT environment_id, fingerprint, error_searched(error_type, error_message), status, magnitude, first_seen,
    error_hour(last_seen)
  FROM error_group WHERE environment_id = $1 ORDER BY fingerprint`;

const INDEXES = `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
  WHERE tablename IN ('error_group', 'error_search') AND indexname NOT LIKE '%pkey'`;

/** Statements of minutes, on one connection. */
const SETTINGS = `SET statement_timeout = 0; SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'; SELECT setseed(0.5)`;

/** Fills an environment with groups and what they are counted by; answers how many seconds that took. */
export async function loadGroups(databaseUrl: string, environmentId: string, amount: Amount): Promise<number> {
  const startedAt = performance.now();
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(SETTINGS);
    await fill(client, environmentId, amount);
  } finally {
    await client.end();
  }
  return (performance.now() - startedAt) / 1000;
}

async function fill(client: Client, environmentId: string, { groups, occurrences }: Amount): Promise<void> {
  await client.query(`SELECT ensure_error_partitions(now() - interval '${DAYS + 1} days', now())`);
  await client.query(GROUPS, [environmentId, groups, occurrences]);
  await client.query(OCCURRENCES);
  // An index is made faster at once than row by row.
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(INDEXES);
  for (const { name } of indexes) await client.query(`DROP INDEX "${name}"`);
  await client.query(STORE_GROUPS, [environmentId]);
  await client.query(STORE_SEARCHED, [environmentId]);
  for (const { definition } of indexes) await client.query(definition);
  await client.query(`ALTER INDEX "error_search_terms_idx" ALTER COLUMN 1 SET STATISTICS 0`);
  for (const unit of ["minute", "hour", "day"] as const) await client.query(bucketsOf(unit), [environmentId]);
  await client.query(STORE_DAYS, [environmentId]);
  await client.query("DROP TABLE bench_group, bench_hour");
  await client.query(
    "VACUUM ANALYZE error_group, error_search, error_bucket_minute, error_bucket_hour, error_bucket_day, error_group_day",
  );
  // What is written yet of this is not to be written while lists are read.
  await client.query("CHECKPOINT");
}
