import type {
  ListRunEventsResponseBody,
  RetrieveRunTracePageResponseBody,
  RetrieveRunTraceResponseBody,
  RetrieveSpanResponseBody,
  RunTraceSpan,
} from "@trigger.dev/core/v3";
import { notFound } from "../api/errors.js";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { findTracedRun, readSpans, rootOf, type SpanRow, type TracedRun, viewOf } from "./read-spans.server.js";
import { hangSpans } from "./trace-tree.js";
import { traceContextOf } from "./worker-messages.js";

type Context = Pick<AppContext, "pool">;
type Caller = Pick<EnvironmentAuthentication, "ability" | "environment">;

/**
 * A run's trace as a tree, below a span that is the run itself.
 * @throws AppError as reading the run
 */
export async function retrieveRunTrace(
  context: Context,
  caller: Caller,
  runId: string,
): Promise<RetrieveRunTraceResponseBody> {
  const run = await findTracedRun(context, caller, runId);
  const spans = (await readSpans(context, run)).map((row) => spanOf(run, row));
  const [, traceId = ""] = traceContextOf(runId).traceparent.split("-");
  return { trace: { traceId, rootSpan: hangSpans(spanOf(run, rootOf(run)), spans) } };
}

function spanOf(run: TracedRun, row: SpanRow): RunTraceSpan {
  const { id, parentId, events, properties } = row;
  return {
    id,
    ...(parentId === null ? {} : { parentId }),
    runId: run.id,
    data: {
      ...viewOf(run, row),
      taskSlug: run.taskIdentifier,
      queueName: run.queue,
      ...(run.version === null ? {} : { workerVersion: run.version }),
      events,
      properties,
    },
    children: [],
  };
}

/**
 * A page of a run's spans, the run itself first, then in the order in which they began.
 * @throws AppError as reading the run
 */
export async function pageOfRunTrace(
  context: Context,
  caller: Caller,
  { runId, size, after }: { runId: string; size: number; after: string | undefined },
): Promise<RetrieveRunTracePageResponseBody> {
  const run = await findTracedRun(context, caller, runId);
  const head = after === undefined ? [rootOf(run)] : [];
  const rows = [...head, ...(await readSpans(context, run, { after, most: size + 1 - head.length }))];
  const page = rows.slice(0, size);
  const last = page.at(-1);
  return {
    data: page.map((row) => ({
      id: row.id,
      ...(row.parentId === null ? {} : { parentId: row.parentId }),
      runId: run.id,
      ...viewOf(run, row),
      ...(row.attemptNumber === null ? {} : { attemptNumber: row.attemptNumber }),
    })),
    attemptFailures: page.flatMap(({ id, attemptNumber, entityType, isError }) =>
      entityType === "attempt" && isError && attemptNumber !== null
        ? [{ spanId: id, attemptNumber, runId: run.id }]
        : [],
    ),
    // The root began before all others, whatever their clock says.
    pagination: rows.length > size && last ? { next: `${last.isRoot ? 0 : last.startedAtNs}-${last.id}` } : {},
  };
}

/**
 * One span of a run, or the run itself as one.
 * @throws AppError as reading the run; 404 for a span that is none of it
 */
export async function retrieveSpan(
  context: Context,
  caller: Caller,
  { runId, spanId }: { runId: string; spanId: string },
): Promise<RetrieveSpanResponseBody> {
  const run = await findTracedRun(context, caller, runId);
  const root = rootOf(run);
  const row = spanId === root.id ? root : (await readSpans(context, run, { id: spanId }))[0];
  if (row === undefined) throw notFound("Span");
  const { duration, ...view } = viewOf(run, row);
  const { id, parentId, properties, events, entityType } = row;
  return {
    ...view,
    spanId: id,
    parentId,
    runId: run.id,
    durationMs: duration / 1e6,
    properties,
    events,
    ...(entityType === null ? {} : { entityType }),
  };
}

/**
 * What happened in a run, in the order in which it began.
 * @throws AppError as reading the run
 */
export async function listRunEvents(
  context: Context,
  caller: Caller,
  runId: string,
): Promise<ListRunEventsResponseBody> {
  const run = await findTracedRun(context, caller, runId);
  const rows = [rootOf(run), ...(await readSpans(context, run))];
  return {
    events: rows.map((row) => ({
      spanId: row.id,
      parentId: row.parentId,
      runId: run.id,
      taskSlug: run.taskIdentifier,
      kind: row.kind,
      attemptNumber: row.attemptNumber,
      ...viewOf(run, row),
      events: row.events,
      properties: row.properties,
    })),
  };
}
