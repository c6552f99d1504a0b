import type { RunStatus, RunTraceEvent } from "@trigger.dev/core/v3";
import { isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { describeFailure, isFinal, type RunFailure } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";
import { requireReadable } from "./run-access.js";
import { statusFlags } from "./run-item.js";
import { traceContextOf } from "./worker-messages.js";

/** A run, as far as its trace tells of it. */
export interface TracedRun {
  environmentId: string;
  id: string;
  taskIdentifier: string;
  tags: string[];
  batchId: string | null;
  status: RunStatus;
  queue: string;
  version: string | null;
  failure: RunFailure | null;
  createdAt: Date;
  finishedAt: Date | null;
}

/** A row of `run_span`; nanoseconds as text. */
export interface SpanRow {
  id: string;
  parentId: string | null;
  kind: "span" | "log";
  message: string;
  level: string;
  attemptNumber: number | null;
  startedAtNs: string;
  durationNs: string;
  isError: boolean;
  isPartial: boolean;
  entityType: string | null;
  properties: Record<string, unknown>;
  events: RunTraceEvent[];
  isRoot?: boolean;
}

const FIND = `
  SELECT environment_id AS "environmentId", id, task_identifier AS "taskIdentifier", tags, batch_id AS "batchId", status,
    queue, version, error AS failure, created_at AS "createdAt", finished_at AS "finishedAt"
  FROM run WHERE environment_id = $1 AND id = $2`;
const READ = `
  SELECT id, parent_id AS "parentId", kind, message, level, attempt_number AS "attemptNumber",
    started_at_ns AS "startedAtNs", duration_ns AS "durationNs", is_error AS "isError", is_partial AS "isPartial",
    entity_type AS "entityType", properties, events
  FROM run_span WHERE environment_id = $1 AND run_id = $2 AND (started_at_ns, id) > ($3::bigint, $4)
    AND ($5::text IS NULL OR id = $5)
  ORDER BY started_at_ns, id LIMIT $6`;

/** More than are kept of one run. */
const ALL = 20_000;
const NS = 1_000_000n;

/**
 * The run whose trace a caller wants.
 * @throws AppError 403 and 404 as for the run itself
 */
export async function findTracedRun(
  { pool }: Pick<AppContext, "pool">,
  { ability, environment }: Pick<EnvironmentAuthentication, "ability" | "environment">,
  runId: string,
): Promise<TracedRun> {
  const values = [environment.id, runId];
  const found = isId("run", runId) ? (await pool.query<TracedRun>(FIND, values)).rows[0] : undefined;
  return requireReadable(ability, runId, found);
}

/** The spans and lines that are kept of a run, in the order in which they began: all, those after a cursor, or one. */
export async function readSpans(
  { pool }: Pick<AppContext, "pool">,
  run: TracedRun,
  { after = "-1-", id, most = ALL }: { after?: string | undefined; id?: string; most?: number } = {},
): Promise<SpanRow[]> {
  const cut = after.lastIndexOf("-");
  const values = [run.environmentId, run.id, after.slice(0, cut), after.slice(cut + 1), id ?? null, most];
  return (await pool.query<SpanRow>(READ, values)).rows;
}

/** The span that is the run itself, from its trigger to its end; the worker's name it as their parent. */
export function rootOf(run: TracedRun): SpanRow {
  const [, , id = ""] = traceContextOf(run.id).traceparent.split("-");
  const { isFailed } = statusFlags(run.status);
  const end = run.finishedAt ?? new Date();
  return {
    id,
    parentId: null,
    kind: "span",
    message: run.taskIdentifier,
    level: "TRACE",
    attemptNumber: null,
    startedAtNs: String(BigInt(run.createdAt.getTime()) * NS),
    durationNs: String(BigInt(Math.max(0, end.getTime() - run.createdAt.getTime())) * NS),
    isError: isFailed,
    isPartial: run.finishedAt === null,
    entityType: "run",
    properties: {},
    events: run.failure === null || run.finishedAt === null ? [] : [failureEvent(run.failure, run.finishedAt)],
    isRoot: true,
  };
}

function failureEvent(failure: RunFailure, at: Date): RunTraceEvent {
  const { name, message, stackTrace } = describeFailure(failure);
  const exception = {
    ...(name === undefined ? {} : { type: name }),
    message,
    ...(stackTrace === undefined ? {} : { stacktrace: stackTrace }),
  };
  return { name: "exception", time: at.toISOString(), properties: { exception } };
}

/** What every view of a span has. One that never ended, of a run that has, was cut off with it. */
export function viewOf(run: TracedRun, row: SpanRow) {
  const over = isFinal(run.status);
  return {
    message: row.message,
    startTime: new Date(Number(BigInt(row.startedAtNs) / NS)).toISOString(),
    duration: Number(row.durationNs),
    isError: row.isError,
    isPartial: row.isPartial && !over,
    isCancelled: run.status === "CANCELED" && (row.isPartial || row.isRoot === true),
    level: row.level,
  };
}
