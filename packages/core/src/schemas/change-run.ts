import * as z from "zod";
import { label } from "./text.js";
import { RunTag, TaskIdentifier } from "./trigger-task.js";

/** Tags that a run may have. */
export const MOST_TAGS = 10;

/** Body of `POST /api/v1/runs/:id/tags`. */
export const AddTagsRequestBody = z.object({
  tags: z.union([RunTag, z.array(RunTag).min(1).max(MOST_TAGS)]),
});
export type AddTagsRequestBody = z.infer<typeof AddTagsRequestBody>;

/** Answer of the same. */
export const AddTagsResponseBody = z.object({ message: z.string(), tags: z.array(z.string()) });
export type AddTagsResponseBody = z.infer<typeof AddTagsResponseBody>;

/** Answer of a call that made or changed a run and says which. */
export const RunIdResponseBody = z.object({ id: z.string() });
export type RunIdResponseBody = z.infer<typeof RunIdResponseBody>;

/** Body of `POST /api/v1/idempotencyKeys/:key/reset`. */
export const ResetIdempotencyKeyRequestBody = z.object({ taskIdentifier: TaskIdentifier });
export type ResetIdempotencyKeyRequestBody = z.infer<typeof ResetIdempotencyKeyRequestBody>;

/** Answer of the same: the key that is free again. */
export const ResetIdempotencyKeyResponseBody = z.object({ id: z.string() });
export type ResetIdempotencyKeyResponseBody = z.infer<typeof ResetIdempotencyKeyResponseBody>;

/** Body of `POST /api/v1/runs/:id/reschedule`: a duration from now, or an ISO 8601 time. */
export const RescheduleRunRequestBody = z.object({ delay: label(64) });
export type RescheduleRunRequestBody = z.infer<typeof RescheduleRunRequestBody>;
