import * as z from "zod";
import { IsoDate, label, storableText } from "./text.js";

/** Where a group of failures stands. */
export const ErrorGroupStatus = z.enum(["unresolved", "resolved", "ignored"]);
export type ErrorGroupStatus = z.infer<typeof ErrorGroupStatus>;

/** The id of an error: `error_` and its fingerprint. */
export const ErrorId = z
  .string()
  .max(64)
  .regex(/^error_[A-Za-z0-9_-]+$/, "must be the id of an error");

const summaryFields = {
  id: z.string(),
  fingerprint: z.string(),
  taskIdentifier: z.string(),
  errorType: z.string().describe("The class name as a person reads it, or the code of an internal failure."),
  errorMessage: z.string(),
  status: ErrorGroupStatus,
  firstSeen: IsoDate,
  lastSeen: IsoDate,
  resolvedAt: IsoDate.nullable(),
  ignoredUntil: IsoDate.nullable(),
};

/** A group of failures in a list. */
export const ErrorGroupListItem = z.object({
  ...summaryFields,
  count: z.int().describe("Occurrences in the time range of the list."),
  hourly: z
    .array(z.int())
    .length(24)
    .optional()
    .describe("Occurrences of the last 24 hours, the current one last; with `include=hourly` alone."),
});
export type ErrorGroupListItem = z.infer<typeof ErrorGroupListItem>;

const Pagination = z.object({ next: z.string().optional(), previous: z.string().optional() });

/** Answer of `GET /api/v1/errors`. */
export const ListErrorsResponse = z.object({ data: z.array(ErrorGroupListItem), pagination: Pagination });
export type ListErrorsResponse = z.infer<typeof ListErrorsResponse>;

/** Why failures are in one group. */
export const ErrorGroupedBy = z.object({
  version: z.string(),
  tier: z.enum(["explicit", "frames", "message", "value", "nothing"]),
  errorType: z.string(),
  frames: z.array(z.string()).describe("`file:function`, nearest to the throw first."),
  skeleton: z.string().describe("The message with `*` for what differs from one occurrence to the next."),
  causes: z.array(z.object({ errorType: z.string(), skeleton: z.string(), frame: z.string().nullable() })),
  explicit: z.array(z.string()).optional().describe("The fingerprint that the worker asked for."),
});
export type ErrorGroupedBy = z.infer<typeof ErrorGroupedBy>;

/** One failure of a group. */
export const ErrorSample = z.object({
  runId: z.string(),
  stackTrace: z.string().nullable(),
  version: z.string().nullable(),
  at: IsoDate,
});
export type ErrorSample = z.infer<typeof ErrorSample>;

/** A group of failures, where it stands, and a failure of it. */
export const ErrorGroupDetail = z.object({
  ...summaryFields,
  count: z.int().describe("Occurrences of all time."),
  affectedVersions: z.array(z.string()).describe("The five newest."),
  resolvedInVersion: z.string().nullable(),
  resolvedBy: z.string().nullable().describe("Id of the user; null where no person is known."),
  ignoredAt: IsoDate.nullable(),
  ignoredReason: z.string().nullable(),
  ignoredByUserId: z.string().nullable(),
  ignoredUntilOccurrenceRate: z.number().nullable().describe("Occurrences per minute."),
  ignoredUntilTotalOccurrences: z.number().nullable(),
  groupedBy: ErrorGroupedBy,
  sample: ErrorSample.nullable(),
});
export type ErrorGroupDetail = z.infer<typeof ErrorGroupDetail>;

/** What made a group change. */
export const ErrorActivityReason = z.enum([
  "manual",
  "regression",
  "ignore_expired",
  "rate_exceeded",
  "count_exceeded",
]);
export type ErrorActivityReason = z.infer<typeof ErrorActivityReason>;

/** One change of a group, and who made it. */
export const ErrorActivityItem = z.object({
  id: z.string(),
  at: IsoDate,
  from: ErrorGroupStatus,
  to: ErrorGroupStatus,
  reason: ErrorActivityReason,
  user: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  credential: z
    .object({ kind: z.enum(["uat", "pat", "environmentKey", "environmentJwt", "session"]), id: z.string() })
    .nullable(),
  client: z.string().nullable().describe("What the token's maker called it; nobody has verified it."),
  version: z.string().nullable().describe("The version resolved in, or the one that failed again."),
});
export type ErrorActivityItem = z.infer<typeof ErrorActivityItem>;

/** Answer of `GET /api/v1/errors/:errorId/activity`, newest first. */
export const ListErrorActivityResponse = z.object({ data: z.array(ErrorActivityItem), pagination: Pagination });
export type ListErrorActivityResponse = z.infer<typeof ListErrorActivityResponse>;

/** Body of `POST /api/v1/errors/:errorId/resolve`. */
export const ResolveErrorRequestBody = z.object({
  resolvedInVersion: label(128)
    .optional()
    .describe("The version that has the fix: failures of older ones do not re-open it."),
});
export type ResolveErrorRequestBody = z.infer<typeof ResolveErrorRequestBody>;

const MOST_MS = 100 * 365 * 86_400_000;
const Occurrences = z.int().min(1).max(1_000_000_000).optional();

/** Body of `POST /api/v1/errors/:errorId/ignore`: whichever limit breaks first re-opens it; without any, none does. */
export const IgnoreErrorRequestBody = z.object({
  duration: z.int().min(1).max(MOST_MS).optional().describe("Milliseconds."),
  occurrenceRate: Occurrences.describe("More than so many in one minute re-open it."),
  totalOccurrences: Occurrences.describe("So many new ones re-open it."),
  reason: storableText(1000).optional(),
});
export type IgnoreErrorRequestBody = z.infer<typeof IgnoreErrorRequestBody>;

/** Body of `POST /api/v1/errors/:errorId/unresolve`. */
export const UnresolveErrorRequestBody = z.object({});
export type UnresolveErrorRequestBody = z.infer<typeof UnresolveErrorRequestBody>;
