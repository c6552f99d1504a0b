import * as z from "zod";
import { pageSize } from "./filter-values.js";
import { RunResultResponseBody } from "./run-result.js";
import { IsoDate, label } from "./text.js";
import { IdempotencyKey, TaskIdentifier, TriggerTaskRequestBody } from "./trigger-task.js";

/** Runs that one batch may have. */
export const MOST_BATCH_ITEMS = 1000;

/** Body of `POST /api/v3/batches`. */
export const CreateBatchRequestBody = z.object({
  runCount: z.int().min(1).max(MOST_BATCH_ITEMS).describe("How many items will follow."),
  taskIdentifiers: z
    .array(TaskIdentifier)
    .min(1)
    .max(MOST_BATCH_ITEMS)
    .optional()
    .describe("The tasks of the items; any task, if left out."),
  idempotencyKey: IdempotencyKey.optional(),
  idempotencyKeyTTL: label(64).optional().describe("How long the key holds, such as `30m`; 30 days by default."),
  resumeParentOnCompletion: z.boolean().optional().describe("Not served when true: 501."),
});
export type CreateBatchRequestBody = z.infer<typeof CreateBatchRequestBody>;

/** Answer of the same; `isCached` when an idempotency key found a batch that was there already. */
export const CreateBatchResponseBody = z.object({ id: z.string(), runCount: z.int(), isCached: z.boolean() });
export type CreateBatchResponseBody = z.infer<typeof CreateBatchResponseBody>;

/** One line of `POST /api/v3/batches/:id/items`. */
export const BatchItem = TriggerTaskRequestBody.extend({
  index: z
    .int()
    .min(0)
    .max(MOST_BATCH_ITEMS - 1),
  task: TaskIdentifier,
});
export type BatchItem = z.infer<typeof BatchItem>;

/** Answer of the same; `sealed` when every item of the batch is there. */
export const AddBatchItemsResponseBody = z.object({
  id: z.string(),
  itemsAccepted: z.int(),
  itemsDeduplicated: z.int(),
  sealed: z.boolean(),
});
export type AddBatchItemsResponseBody = z.infer<typeof AddBatchItemsResponseBody>;

/** Answer of `GET /api/v2/batches/:id`. Pending until every item is there, completed once every run is over. */
export const RetrieveBatchResponseBody = z.object({
  id: z.string(),
  status: z.enum(["PENDING", "PROCESSING", "COMPLETED"]),
  idempotencyKey: z.string().optional(),
  createdAt: IsoDate,
  updatedAt: IsoDate,
  runCount: z.int(),
  runs: z.array(z.string()),
  successfulRunCount: z.int(),
  failedRunCount: z.int(),
  processing: z.object({ completedAt: IsoDate.optional(), errors: z.array(z.unknown()) }),
});
export type RetrieveBatchResponseBody = z.infer<typeof RetrieveBatchResponseBody>;

/** Query of `GET /api/v1/batches/:id/results`. Without a size, all of them are meant. */
export const BatchResultsSearchParams = z.object({
  "page[size]": pageSize.optional(),
  "page[after]": z
    .string()
    .regex(/^\d{1,4}$/, "must be a cursor of an earlier answer")
    .optional(),
});
export type BatchResultsSearchParams = z.infer<typeof BatchResultsSearchParams>;

/** Answer of the same: how those runs of the batch ended that are over, in the order of its items. */
export const BatchResultsResponseBody = z.object({
  id: z.string(),
  items: z.array(RunResultResponseBody),
  pagination: z.object({ next: z.string().optional() }),
});
export type BatchResultsResponseBody = z.infer<typeof BatchResultsResponseBody>;
