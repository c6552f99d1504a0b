import * as z from "zod";
import { label, storableText } from "./text.js";

/** A tag of a run: one line of at most 128 characters. */
export const RunTag = label(128);

/** The name of a task, as it stands in a path. */
export const TaskIdentifier = label(255);

/** A duration such as `1h30m`, or a point in time; which of the two, and whether it is one, the server decides. */
const Moment = label(64);

/** What makes a trigger with the same one answer the same run, in one environment and task. */
export const IdempotencyKey = label(2048);

/** How a run is queued, found again and bounded. Every field is optional. */
export const TriggerTaskOptions = z.object({
  payloadType: label(128).optional().describe("`application/json`, `application/super+json`, `text/plain`."),
  payloadSize: z.int().min(0).optional(),
  queue: z.object({ name: label(128), concurrencyLimit: z.int().min(0).max(100_000).optional() }).optional(),
  concurrencyKey: label(255).optional(),
  idempotencyKey: IdempotencyKey.optional(),
  idempotencyKeyTTL: Moment.optional().describe("How long the key holds, such as `30m`; 30 days by default."),
  idempotencyKeyOptions: z.object({ key: storableText(2048), scope: label(32) }).optional(),
  delay: Moment.optional().describe("A duration or an ISO time before which the run does not start."),
  ttl: z
    .union([z.int().min(0), Moment])
    .optional()
    .describe("Seconds or a duration after which a queued run expires."),
  tags: z.union([RunTag, z.array(RunTag).max(10)]).optional(),
  metadata: z.unknown().optional(),
  metadataType: label(128).optional(),
  maxAttempts: z.int().min(1).max(1000).optional(),
  maxDuration: z.number().min(0).max(31_536_000).optional().describe("Seconds."),
  machine: label(64).optional(),
  priority: z.number().optional(),
  region: label(128).optional(),
  lockToVersion: label(128).optional(),
  test: z.boolean().optional(),
  parentRunId: label(128).optional(),
  resumeParentOnCompletion: z.boolean().optional().describe("Not served when true: 501."),
  debounce: z
    .object({
      key: label(512),
      delay: Moment,
      mode: z.enum(["leading", "trailing"]).optional(),
      maxDelay: Moment.optional(),
    })
    .optional(),
});
export type TriggerTaskOptions = z.infer<typeof TriggerTaskOptions>;

/** Body of `POST /api/v1/tasks/:id/trigger`. `payload` is raw JSON, or text of `options.payloadType`. */
export const TriggerTaskRequestBody = z.object({
  payload: z
    .unknown()
    .refine((payload) => typeof payload !== "string" || !payload.includes("\0"), "must not contain NUL")
    .optional(),
  options: TriggerTaskOptions.optional(),
});
export type TriggerTaskRequestBody = z.infer<typeof TriggerTaskRequestBody>;

/** Answer of the trigger; `isCached` when an idempotency key found a run that was there already. */
export const TriggerTaskResponseBody = z.object({ id: z.string(), isCached: z.boolean().optional() });
export type TriggerTaskResponseBody = z.infer<typeof TriggerTaskResponseBody>;
