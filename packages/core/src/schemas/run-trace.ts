import * as z from "zod";
import { IsoDate } from "./text.js";

/** What every view of a span has. A line of a log is a span without a length. Durations are in nanoseconds. */
const commonSpanFields = {
  message: z.string(),
  startTime: IsoDate,
  duration: z.number(),
  isError: z.boolean(),
  /** It has begun, and nobody has said how it ended. */
  isPartial: z.boolean(),
  isCancelled: z.boolean(),
  /** `TRACE` for a span, else that of the line. */
  level: z.string(),
};

/** Something that happened within a span: `exception`, and whatever the worker names. */
export const RunTraceEvent = z.object({
  name: z.string(),
  time: IsoDate,
  properties: z.record(z.string(), z.unknown()),
});
export type RunTraceEvent = z.infer<typeof RunTraceEvent>;

const spanData = {
  ...commonSpanFields,
  taskSlug: z.string().optional(),
  workerVersion: z.string().optional(),
  queueName: z.string().optional(),
  events: z.array(RunTraceEvent).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
};

/** A span and all that is below it. */
export interface RunTraceSpan {
  id: string;
  parentId?: string;
  runId: string;
  data: z.infer<z.ZodObject<typeof spanData>>;
  children: RunTraceSpan[];
}

const traceSpan = z.object({
  id: z.string(),
  parentId: z.string().optional(),
  runId: z.string(),
  data: z.object(spanData),
  /** Spans like this one: a schema that names itself is more than the document of the API can say. */
  children: z.array(z.unknown()),
});

/** Answer of `GET /api/v1/runs/:id/trace`. */
export const RetrieveRunTraceResponseBody = z.object({
  trace: z.object({ traceId: z.string(), rootSpan: traceSpan }),
});
export interface RetrieveRunTraceResponseBody {
  trace: { traceId: string; rootSpan: RunTraceSpan };
}

const flatSpan = z.object({
  id: z.string(),
  parentId: z.string().optional(),
  runId: z.string(),
  ...commonSpanFields,
  attemptNumber: z.int().optional(),
});

/** Answer of the same with `page[size]`: the spans as a list, the root first. */
export const RetrieveRunTracePageResponseBody = z.object({
  data: z.array(flatSpan),
  attemptFailures: z.array(z.object({ spanId: z.string(), attemptNumber: z.int(), runId: z.string() })),
  pagination: z.object({ next: z.string().optional(), truncated: z.boolean().optional() }),
});
export type RetrieveRunTracePageResponseBody = z.infer<typeof RetrieveRunTracePageResponseBody>;

/** Query of the same. */
export const RetrieveRunTraceSearchParams = z.object({
  "page[size]": z
    .string()
    .regex(/^(?:[1-9]\d{0,3}|10000)$/, "must be a whole number from 1 to 10000")
    .optional(),
  "page[after]": z
    .string()
    .regex(/^\d{1,19}-[\da-f]{16,32}$/, "must be the next of an answer's pagination")
    .optional(),
});
export type RetrieveRunTraceSearchParams = z.infer<typeof RetrieveRunTraceSearchParams>;

/** Answer of `GET /api/v1/runs/:id/spans/:spanId`. */
export const RetrieveSpanResponseBody = z.object({
  spanId: z.string(),
  parentId: z.string().nullable(),
  runId: z.string(),
  message: z.string(),
  isError: z.boolean(),
  isPartial: z.boolean(),
  isCancelled: z.boolean(),
  level: z.string(),
  startTime: IsoDate,
  durationMs: z.number(),
  properties: z.record(z.string(), z.unknown()).optional(),
  events: z.array(RunTraceEvent).optional(),
  entityType: z.string().optional(),
});
export type RetrieveSpanResponseBody = z.infer<typeof RetrieveSpanResponseBody>;

/** Something that happened in a run. */
export const RunEvent = z.object({
  spanId: z.string(),
  parentId: z.string().nullable(),
  runId: z.string(),
  taskSlug: z.string(),
  kind: z.enum(["span", "log"]),
  attemptNumber: z.int().nullable(),
  ...commonSpanFields,
  events: z.array(RunTraceEvent),
  properties: z.record(z.string(), z.unknown()),
});
export type RunEvent = z.infer<typeof RunEvent>;

/** Answer of `GET /api/v1/runs/:id/events`: in the order in which they began. */
export const ListRunEventsResponseBody = z.object({ events: z.array(RunEvent) });
export type ListRunEventsResponseBody = z.infer<typeof ListRunEventsResponseBody>;
