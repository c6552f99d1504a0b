import * as z from "zod";
import { label } from "./text.js";

/** How a queue is named: by its id, by the task whose own it is, or by its name. */
const QueueNaming = z.enum(["id", "task", "custom"]).default("id");

/** What stands in the path of a queue's URL; a slash in a name may come as `%2F`. */
export const QueueReference = label(512);

/** Query of `GET /api/v1/queues/:queue`. */
export const RetrieveQueueSearchParams = z.object({ type: QueueNaming });
export type RetrieveQueueSearchParams = z.infer<typeof RetrieveQueueSearchParams>;

/** Query of `GET /api/v1/queues`. */
export const ListQueuesSearchParams = z.object({
  page: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, "must be a whole number from 1")
    .optional(),
  perPage: z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/, "must be a whole number from 1 to 100")
    .optional(),
});
export type ListQueuesSearchParams = z.infer<typeof ListQueuesSearchParams>;

/** Body of `POST /api/v1/queues/:queue/pause`. */
export const PauseQueueRequestBody = z.object({ type: QueueNaming, action: z.enum(["pause", "resume"]) });
export type PauseQueueRequestBody = z.infer<typeof PauseQueueRequestBody>;

/** Body of `POST /api/v1/queues/:queue/concurrency/override`. */
export const OverrideQueueConcurrencyRequestBody = z.object({
  type: QueueNaming,
  concurrencyLimit: z.int().min(0).max(100_000),
});
export type OverrideQueueConcurrencyRequestBody = z.infer<typeof OverrideQueueConcurrencyRequestBody>;

/** Body of `POST /api/v1/queues/:queue/concurrency/reset`. */
export const ResetQueueConcurrencyRequestBody = z.object({ type: QueueNaming });
export type ResetQueueConcurrencyRequestBody = z.infer<typeof ResetQueueConcurrencyRequestBody>;

/** A queue and how many runs are in it. */
export const QueueItem = z.object({
  id: z.string(),
  name: z.string(),
  type: z.enum(["task", "custom"]),
  running: z.int(),
  queued: z.int(),
  paused: z.boolean(),
  concurrencyLimit: z.int().nullable(),
});
export type QueueItem = z.infer<typeof QueueItem>;

/** Answer of `GET /api/v1/queues`. */
export const ListQueuesResponseBody = z.object({
  data: z.array(QueueItem),
  pagination: z.object({ currentPage: z.int(), totalPages: z.int(), count: z.int() }),
});
export type ListQueuesResponseBody = z.infer<typeof ListQueuesResponseBody>;
