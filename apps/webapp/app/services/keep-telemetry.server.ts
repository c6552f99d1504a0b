import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { inTransaction } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";
import { insufficientScope } from "../api/errors.js";
import type { TraceItem } from "./parse-otlp.js";

/** Of one run. */
const MOST_ITEMS = 10_000;
const MOST_BYTES = 16 * 1024 ** 2;
/** Of one environment in a day; more would fill the disk before the retention takes it. */
const MOST_BYTES_A_DAY = 1024 ** 3;
/** What a row takes besides its texts, about. */
const ROW_BYTES = 200;

const FIND_ROOM = `
  SELECT r.id AS subject, coalesce(u.items, 0) AS items, coalesce(u.bytes, 0)::float8 AS bytes, ARRAY(
    SELECT worker_id FROM run_attempt a WHERE a.environment_id = r.environment_id AND a.run_id = r.id) AS workers
  FROM run r LEFT JOIN trace_usage u ON u.environment_id = r.environment_id AND u.subject = r.id
  WHERE r.environment_id = $1 AND r.id = ANY($2)
  UNION ALL SELECT subject, items, bytes::float8, '{}' FROM trace_usage WHERE environment_id = $1 AND subject = $3`;
/** What only began gives way to what ended; all else is there already. */
const KEEP = `
  INSERT INTO run_span (environment_id, run_id, id, parent_id, kind, message, level, attempt_number, started_at_ns,
    duration_ns, is_error, is_partial, entity_type, properties, events)
  SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[],
    $9::bigint[], $10::bigint[], $11::boolean[], $12::boolean[], $13::text[], $14::jsonb[], $15::jsonb[])
  ON CONFLICT (environment_id, run_id, id) DO UPDATE SET parent_id = excluded.parent_id, message = excluded.message,
    started_at_ns = excluded.started_at_ns, duration_ns = excluded.duration_ns, is_error = excluded.is_error,
    is_partial = false, entity_type = excluded.entity_type, properties = excluded.properties, events = excluded.events
  WHERE run_span.is_partial AND NOT excluded.is_partial`;
const COUNT = `
  INSERT INTO trace_usage (environment_id, subject, items, bytes)
  SELECT $1, * FROM unnest($2::text[], $3::int[], $4::bigint[]) ON CONFLICT (environment_id, subject) DO UPDATE SET
    items = least(trace_usage.items::bigint + excluded.items, 2147483647), bytes = trace_usage.bytes + excluded.bytes,
    updated_at = now()`;

interface FoundRoom extends Amount {
  subject: string;
  /** That executed attempts of the run. */
  workers: string[];
}

interface Amount {
  items: number;
  bytes: number;
}

/**
 * Keeps what task processes tell of runs of the caller's environment, and answers how much of it was not kept: of runs
 * that are not here, or over a bound. Who may write a run may tell of it, and so may the worker that executes it.
 * @throws AppError 403 when `write:runs:<id>` is covered for none of the runs, nor for a worker of theirs
 */
export async function keepTelemetry(
  { pool }: Pick<AppContext, "pool">,
  { ability, environment }: EnvironmentAuthentication,
  items: readonly TraceItem[],
): Promise<{ rejected: number }> {
  const [first] = items;
  if (first === undefined) return { rejected: 0 };
  const day = new Date().toISOString().slice(0, 10);
  const runIds = [...new Set(items.map(({ runId }) => runId))].sort();
  const { rows } = await pool.query<FoundRoom>(FIND_ROOM, [environment.id, runIds, day]);
  const workersOf = new Map(rows.map(({ subject, workers }) => [subject, workers]));
  const writable = items.filter(({ runId }) =>
    ability.can([runId, ...(workersOf.get(runId) ?? [])].map((id) => `write:runs:${id}`)),
  );
  if (writable.length === 0) throw insufficientScope([`write:runs:${first.runId}`]);
  const used = new Map(rows.map((row) => [row.subject, { items: row.items, bytes: row.bytes }]));
  const today = used.get(day) ?? { items: 0, bytes: 0 };
  const kept = new Map<string, TraceItem>();
  const added = new Map<string, Amount>();
  for (const item of writable) {
    const run = used.get(item.runId);
    const bytes = sizeOf(item);
    if (run === undefined || run.items >= MOST_ITEMS || run.bytes + bytes > MOST_BYTES) continue;
    if (today.bytes + bytes > MOST_BYTES_A_DAY) continue;
    for (const amount of [run, today, amountOf(added, item.runId), amountOf(added, day)]) {
      amount.items++;
      amount.bytes += bytes;
    }
    const key = `${item.runId} ${item.id}`;
    if (kept.get(key)?.isPartial ?? true) kept.set(key, item);
  }
  if (kept.size > 0) await store(pool, { environmentId: environment.id, items: [...kept.values()], added });
  return { rejected: items.length - (added.get(day)?.items ?? 0) };
}

function amountOf(amounts: Map<string, Amount>, subject: string): Amount {
  const amount = amounts.get(subject) ?? { items: 0, bytes: 0 };
  amounts.set(subject, amount);
  return amount;
}

const sizeOf = (item: TraceItem): number =>
  ROW_BYTES + item.message.length + JSON.stringify(item.properties).length + JSON.stringify(item.events).length;

async function store(
  pool: AppContext["pool"],
  { environmentId, items, added }: { environmentId: string; items: TraceItem[]; added: ReadonlyMap<string, Amount> },
): Promise<void> {
  // One order for all, so that no two that tell of the same runs wait for each other.
  items.sort((one, other) => (`${one.runId} ${one.id}` < `${other.runId} ${other.id}` ? -1 : 1));
  const subjects = [...added].sort(([one], [other]) => (one < other ? -1 : 1));
  const column = <T>(read: (item: TraceItem) => T) => items.map(read);
  await inTransaction(pool, async (client) => {
    await client.query(KEEP, [
      environmentId,
      column(({ runId }) => runId),
      column(({ id }) => id),
      column(({ parentId }) => parentId),
      column(({ kind }) => kind),
      column(({ message }) => message),
      column(({ level }) => level),
      column(({ attemptNumber }) => attemptNumber),
      column(({ startedAtNs }) => String(startedAtNs)),
      column(({ durationNs }) => String(durationNs)),
      column(({ isError }) => isError),
      column(({ isPartial }) => isPartial),
      column(({ entityType }) => entityType),
      column(({ properties }) => JSON.stringify(properties)),
      column(({ events }) => JSON.stringify(events)),
    ]);
    await client.query(COUNT, [
      environmentId,
      subjects.map(([subject]) => subject),
      subjects.map(([, amount]) => amount.items),
      subjects.map(([, amount]) => amount.bytes),
    ]);
  });
}
