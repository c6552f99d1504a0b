import * as z from "zod";
import { label } from "./text.js";
import { TaskIdentifier } from "./trigger-task.js";

/** What PostgreSQL cannot store becomes U+FFFD: how a run ended must not be lost for a character. */
const text = (max: number) =>
  z
    .string()
    // oxlint-disable-next-line no-control-regex
    .overwrite((value) => value.slice(0, max).replace(/[\u0000\p{Surrogate}]/gu, "\uFFFD"));

const MESSAGE = 64 * 1024;
const STACK = 256 * 1024;

const MaxAttempts = z.int().min(0).max(1_000_000);
const QueueMetadata = z.object({
  name: label(128),
  concurrencyLimit: z.int().min(0).max(100_000).nullish(),
});

const TaskMetadata = z.object({
  id: TaskIdentifier,
  filePath: label(4096),
  entryPoint: z.string().max(4096).optional(),
  exportName: label(1024).optional(),
  triggerSource: label(64).optional(),
  queue: z.object({ name: label(128).optional(), concurrencyLimit: QueueMetadata.shape.concurrencyLimit }).optional(),
  retry: z.object({ maxAttempts: MaxAttempts.optional() }).optional(),
  maxDuration: z.number().min(0).max(31_536_000).optional(),
  machine: z.object({ preset: label(64).optional() }).optional(),
});

/** Body of `POST /api/v1/projects/:ref/background-workers`. */
export const RegisterWorkerRequestBody = z.object({
  localOnly: z.boolean().optional(),
  engine: z.literal("V2").optional(),
  metadata: z.object({
    packageVersion: label(128).optional(),
    cliPackageVersion: label(128).optional(),
    contentHash: label(256),
    tasks: z.array(TaskMetadata).max(10_000),
    queues: z.array(QueueMetadata).max(10_000).optional(),
  }),
});
export type RegisterWorkerRequestBody = z.infer<typeof RegisterWorkerRequestBody>;

export const RegisterWorkerResponseBody = z.object({ id: z.string(), version: z.string(), contentHash: z.string() });
export type RegisterWorkerResponseBody = z.infer<typeof RegisterWorkerResponseBody>;

/** Body of `POST /engine/v1/dev/dequeue`. */
export const DequeueRequestBody = z.object({
  currentWorker: label(128),
  oldWorkers: z.array(label(128)).max(1000).optional(),
});
export type DequeueRequestBody = z.infer<typeof DequeueRequestBody>;

/** What a worker groups a failure by. One that we cannot read is none: how a run ended must not be lost for it. */
const ReadableFingerprint = z.union([text(512), z.array(text(512)).transform((parts) => parts.slice(0, 16))]);
const Fingerprint = z
  .unknown()
  .optional()
  // Most failures have none, and to refuse that would take longer than to read the rest.
  .transform((value) => (value === undefined ? undefined : ReadableFingerprint.safeParse(value).data));

const Failure = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("BUILT_IN_ERROR"),
    fingerprint: Fingerprint,
    name: text(1024),
    message: text(MESSAGE),
    stackTrace: text(STACK),
    causes: z
      .array(
        z.object({
          name: text(1024).optional(),
          message: text(MESSAGE).optional(),
          stackTrace: text(STACK).optional(),
        }),
      )
      .max(100)
      .optional(),
  }),
  // `throw undefined` has no JSON.
  z.object({ type: z.literal("CUSTOM_ERROR"), fingerprint: Fingerprint, raw: text(MESSAGE).default("undefined") }),
  z.object({ type: z.literal("STRING_ERROR"), fingerprint: Fingerprint, raw: text(MESSAGE) }),
  z.object({
    type: z.literal("INTERNAL_ERROR"),
    fingerprint: Fingerprint,
    code: label(128),
    message: text(MESSAGE).optional(),
    stackTrace: text(STACK).optional(),
  }),
]);

const completed = {
  /** The run's. */
  id: label(128),
  usage: z.object({ durationMs: z.number().min(0).max(1e12) }).optional(),
};

/** Body of `POST …/attempts/complete`: how an attempt ended. */
export const CompleteAttemptRequestBody = z.object({
  completion: z.discriminatedUnion("ok", [
    z.object({
      ...completed,
      ok: z.literal(true),
      output: text(32 * 1024 * 1024).optional(),
      outputType: label(128).optional(),
    }),
    z.object({
      ...completed,
      ok: z.literal(false),
      error: Failure,
      retry: z.object({ timestamp: z.number().min(0).max(8e15), delay: z.number().min(0) }).optional(),
      skippedRetrying: z.boolean().optional(),
    }),
  ]),
});
export type CompleteAttemptRequestBody = z.infer<typeof CompleteAttemptRequestBody>;

/** Body of `POST /engine/v1/dev/disconnect`. */
export const DisconnectRequestBody = z.object({ runFriendlyIds: z.array(label(128)).max(1000) });
export type DisconnectRequestBody = z.infer<typeof DisconnectRequestBody>;

/** Answer of `GET /api/v1/projects/:ref/:env/workers/current`. */
export const CurrentWorkerResponseBody = z.object({
  worker: z.object({
    id: z.string(),
    version: z.string(),
    engine: z.string(),
    tasks: z.array(
      z.object({
        id: z.string(),
        slug: z.string(),
        filePath: z.string(),
        triggerSource: z.string(),
        createdAt: z.iso.datetime(),
      }),
    ),
  }),
  urls: z.object({ runs: z.string() }),
});
export type CurrentWorkerResponseBody = z.infer<typeof CurrentWorkerResponseBody>;
