import { createHash } from "node:crypto";
import type { RunTraceEvent } from "@trigger.dev/core/v3";
import { isId } from "@trigger.dev/core/ids";
import { attributesOf, listOf, textOf, type Value, valueOf, wholeOf } from "./otlp-value.js";

/** A span, or a line of a log, of one run. Times are in nanoseconds. */
export interface TraceItem {
  runId: string;
  id: string;
  parentId: string | null;
  kind: "span" | "log";
  message: string;
  level: string;
  attemptNumber: number | null;
  startedAtNs: bigint;
  durationNs: bigint;
  isError: boolean;
  isPartial: boolean;
  entityType: string | null;
  properties: Record<string, Value>;
  events: RunTraceEvent[];
}

const SPAN_ID = /^[\da-f]{16}$/;
const MOST_MESSAGE = 4096;
const MOST_EVENTS = 32;
const ERROR = 2;

/** The spans of an `ExportTraceServiceRequest` that say which run they are of, and how many do not. */
export const parseSpans = (body: unknown) => parse(body, ["resourceSpans", "scopeSpans", "spans"], spanOf);

/** The lines of an `ExportLogsServiceRequest`, likewise. */
export const parseLogs = (body: unknown) => parse(body, ["resourceLogs", "scopeLogs", "logRecords"], lineOf);

function parse(
  body: unknown,
  [resources, scopes, records]: readonly [string, string, string],
  read: (record: Record<string, unknown>) => TraceItem | null,
): { items: TraceItem[]; unread: number } {
  const items: TraceItem[] = [];
  let unread = 0;
  const [root] = listOf([body]);
  for (const resource of listOf(root?.[resources]))
    for (const scope of listOf(resource[scopes]))
      for (const record of listOf(scope[records])) {
        const item = read(record);
        if (item === null) unread++;
        else items.push(item);
      }
  return { items, unread };
}

/** Workers tell the run in the attributes of each span and line. */
function runOf(attributes: ReadonlyMap<string, Value>): string | null {
  const id = attributes.get("$metadata.ctx.run.id") ?? attributes.get("ctx.run.id");
  return typeof id === "string" && isId("run", id) ? id : null;
}

function commonOf(attributes: ReadonlyMap<string, Value>) {
  const attempt = attributes.get("$metadata.ctx.attempt.number");
  const entity = attributes.get("$entity.type");
  return {
    attemptNumber: typeof attempt === "number" && attempt >= 1 && attempt <= 1_000_000 ? Math.trunc(attempt) : null,
    entityType: typeof entity === "string" ? entity.slice(0, 64) : null,
    // The worker's own are about the worker.
    properties: Object.fromEntries([...attributes].filter(([name]) => !name.startsWith("$"))),
  };
}

function spanOf(span: Record<string, unknown>): TraceItem | null {
  const attributes = attributesOf(span["attributes"]);
  const runId = runOf(attributes);
  // A span that has only begun is announced under another id than its own.
  const isPartial = attributes.get("$span.partial") === true;
  const id = isPartial ? attributes.get("$span.span_id") : span["spanId"];
  const startedAtNs = wholeOf(span["startTimeUnixNano"]);
  const endedAtNs = wholeOf(span["endTimeUnixNano"]);
  if (runId === null || startedAtNs === null || typeof id !== "string" || !SPAN_ID.test(id)) return null;
  const parentId = span["parentSpanId"];
  const [status] = listOf([span["status"]]);
  return {
    ...commonOf(attributes),
    runId,
    id,
    parentId: typeof parentId === "string" && SPAN_ID.test(parentId) ? parentId : null,
    kind: "span",
    message: textOf(span["name"], MOST_MESSAGE),
    level: "TRACE",
    startedAtNs,
    durationNs: isPartial || endedAtNs === null || endedAtNs < startedAtNs ? 0n : endedAtNs - startedAtNs,
    isError: status?.["code"] === ERROR,
    isPartial,
    events: listOf(span["events"]).slice(0, MOST_EVENTS).flatMap(eventOf),
  };
}

function eventOf(event: Record<string, unknown>): RunTraceEvent[] {
  const at = wholeOf(event["timeUnixNano"]);
  const time = at === null ? null : new Date(Number(at / 1_000_000n));
  if (time === null || Number.isNaN(time.getTime())) return [];
  const attributes = attributesOf(event["attributes"]);
  const name = textOf(event["name"], 256);
  const exception = { type: "exception.type", message: "exception.message", stacktrace: "exception.stacktrace" };
  const properties =
    name === "exception"
      ? {
          exception: Object.fromEntries(
            Object.entries(exception).map(([key, from]) => [key, String(attributes.get(from) ?? "")]),
          ),
        }
      : Object.fromEntries(attributes);
  return [{ name, time: time.toISOString(), properties }];
}

function lineOf(line: Record<string, unknown>): TraceItem | null {
  const attributes = attributesOf(line["attributes"]);
  const runId = runOf(attributes);
  const at = wholeOf(line["timeUnixNano"]) ?? wholeOf(line["observedTimeUnixNano"]);
  if (runId === null || at === null) return null;
  const body = valueOf(line["body"]);
  const message = (typeof body === "string" ? body : JSON.stringify(body)).slice(0, MOST_MESSAGE);
  const level = levelOf(line);
  const spanId = line["spanId"];
  const parentId = typeof spanId === "string" && SPAN_ID.test(spanId) ? spanId : null;
  const said = JSON.stringify([runId, parentId, String(at), level, message, [...attributes]]);
  return {
    ...commonOf(attributes),
    runId,
    id: createHash("sha256").update(said).digest("hex").slice(0, 16),
    parentId,
    kind: "log",
    message,
    level,
    startedAtNs: at,
    durationNs: 0n,
    isError: level === "ERROR",
    isPartial: false,
    events: [],
  };
}

const LEVELS = ["TRACE", "DEBUG", "LOG", "INFO", "WARN", "ERROR"];

/** As the line names it, else by its number (opentelemetry-proto, logs.proto). */
function levelOf({ severityText, severityNumber }: Record<string, unknown>): string {
  const named = typeof severityText === "string" ? severityText.toUpperCase() : "";
  if (LEVELS.includes(named)) return named;
  const number = typeof severityNumber === "number" ? severityNumber : 9;
  if (number < 5) return "TRACE";
  if (number < 9) return "DEBUG";
  if (number < 13) return "INFO";
  return number < 17 ? "WARN" : "ERROR";
}
