import * as z from "zod";
import { IsoDate } from "./text.js";

/** The states of a run. */
export const RunStatus = z.enum([
  "PENDING_VERSION",
  "DELAYED",
  "QUEUED",
  "DEQUEUED",
  "EXECUTING",
  "WAITING",
  "COMPLETED",
  "CANCELED",
  "FAILED",
  "CRASHED",
  "SYSTEM_FAILURE",
  "TIMED_OUT",
  "EXPIRED",
]);
export type RunStatus = z.infer<typeof RunStatus>;

/** What every view of a run has. Unset fields are left out, never null. */
const commonRunFields = {
  id: z.string(),
  status: RunStatus,
  taskIdentifier: z.string(),
  version: z.string().optional(),
  idempotencyKey: z.string().optional(),
  isQueued: z.boolean(),
  isExecuting: z.boolean(),
  isWaiting: z.boolean(),
  isCompleted: z.boolean(),
  isSuccess: z.boolean(),
  isFailed: z.boolean(),
  isCancelled: z.boolean(),
  isTest: z.boolean(),
  createdAt: IsoDate,
  updatedAt: IsoDate,
  startedAt: IsoDate.optional(),
  finishedAt: IsoDate.optional(),
  delayedUntil: IsoDate.optional(),
  expiredAt: IsoDate.optional(),
  ttl: z.string().optional(),
  tags: z.array(z.string()),
  metadata: z.unknown().optional(),
  batchId: z.string().optional(),
  costInCents: z.number(),
  baseCostInCents: z.number(),
  durationMs: z.number(),
};

/** A run in a list. */
export const RunListItem = z.object({
  ...commonRunFields,
  env: z.object({ id: z.string(), name: z.string(), user: z.string().optional() }),
});
export type RunListItem = z.infer<typeof RunListItem>;

/** Answer of `GET /api/v1/runs` and `GET /api/v1/projects/:ref/runs`. */
export const ListRunsResponseBody = z.object({
  data: z.array(RunListItem),
  pagination: z.object({ next: z.string().optional(), previous: z.string().optional() }),
});
export type ListRunsResponseBody = z.infer<typeof ListRunsResponseBody>;

/** Why a run failed, as far as a caller may know. */
export const RunError = z.object({
  message: z.string(),
  name: z.string().optional(),
  stackTrace: z.string().optional(),
});
export type RunError = z.infer<typeof RunError>;

const RelatedRun = z.object({
  ...commonRunFields,
  depth: z.int(),
  triggerFunction: z.enum(["triggerAndWait", "trigger", "batchTriggerAndWait", "batchTrigger"]),
});

/** Answer of `GET /api/v3/runs/:id`. */
export const RetrieveRunResponseBody = RunListItem.extend({
  depth: z.int(),
  triggerFunction: RelatedRun.shape.triggerFunction,
  payload: z.unknown().optional(),
  payloadPresignedUrl: z.string().optional(),
  output: z.unknown().optional(),
  outputPresignedUrl: z.string().optional(),
  error: RunError.optional(),
  relatedRuns: z.object({
    root: RelatedRun.optional(),
    parent: RelatedRun.optional(),
    children: z.array(RelatedRun).optional(),
  }),
  attemptCount: z.int(),
});
export type RetrieveRunResponseBody = z.infer<typeof RetrieveRunResponseBody>;
