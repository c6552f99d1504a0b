import type { RunStatus } from "@trigger.dev/core/v3";
import type { RunFailure } from "@trigger.dev/run-engine";

/** A run, as far as subscribers hear of it. */
export interface ShapeRow {
  id: string;
  status: RunStatus;
  taskIdentifier: string;
  createdAt: Date;
  updatedAt: Date;
  startedAt: Date | null;
  delayUntil: Date | null;
  finishedAt: Date | null;
  idempotencyKey: string | null;
  isTest: boolean;
  usageMs: number;
  ttl: string | null;
  tags: string[];
  payload: string | null;
  payloadType: string;
  metadata: string | null;
  output: string | null;
  outputType: string | null;
  failure: RunFailure | null;
}

export const SHAPE_COLUMNS = `id, status, task_identifier AS "taskIdentifier", tags, created_at AS "createdAt", updated_at AS "updatedAt",
  started_at AS "startedAt", delay_until AS "delayUntil", finished_at AS "finishedAt",
  idempotency_key AS "idempotencyKey", is_test AS "isTest", usage_ms AS "usageMs", ttl, payload,
  payload_type AS "payloadType", metadata, output, output_type AS "outputType", error AS failure`;

const TEXT = { type: "text" };
const TIMESTAMP = { type: "timestamp" };
const FLOAT = { type: "float8" };
const INTEGER = { type: "int4" };

/** The columns of the shape by PostgreSQL's types, by which the client reads what is all text. */
export const SHAPE = {
  id: TEXT,
  friendlyId: TEXT,
  taskIdentifier: TEXT,
  status: TEXT,
  createdAt: TIMESTAMP,
  updatedAt: TIMESTAMP,
  queuedAt: TIMESTAMP,
  startedAt: TIMESTAMP,
  delayUntil: TIMESTAMP,
  expiredAt: TIMESTAMP,
  completedAt: TIMESTAMP,
  idempotencyKey: TEXT,
  number: INTEGER,
  isTest: { type: "bool" },
  usageDurationMs: INTEGER,
  costInCents: FLOAT,
  baseCostInCents: FLOAT,
  ttl: TEXT,
  runTags: { type: "text", dims: 1 },
  realtimeStreams: { type: "text", dims: 1 },
  payload: TEXT,
  payloadType: TEXT,
  metadata: TEXT,
  metadataType: TEXT,
  output: TEXT,
  outputType: TEXT,
  error: { type: "jsonb" },
};

/** The names that subscribers know some states by. */
const STATUS: Partial<Record<RunStatus, string>> = {
  QUEUED: "PENDING",
  WAITING: "WAITING_TO_RESUME",
  COMPLETED: "COMPLETED_SUCCESSFULLY",
  FAILED: "COMPLETED_WITH_ERRORS",
};

const timestamp = (at: Date | null) => at?.toISOString().replace("T", " ").replace("Z", "") ?? null;
const array = (members: readonly string[]) => `{${members.map((text) => JSON.stringify(text)).join(",")}}`;

/** The row of a run in its shape: every value as PostgreSQL writes it, or null. */
export function shapeValue(run: ShapeRow): Record<keyof typeof SHAPE, string | null> {
  return {
    id: run.id,
    friendlyId: run.id,
    taskIdentifier: run.taskIdentifier,
    status: STATUS[run.status] ?? run.status,
    createdAt: timestamp(run.createdAt),
    updatedAt: timestamp(run.updatedAt),
    queuedAt: timestamp(run.createdAt),
    startedAt: timestamp(run.startedAt),
    delayUntil: timestamp(run.delayUntil),
    expiredAt: run.status === "EXPIRED" ? timestamp(run.finishedAt) : null,
    completedAt: timestamp(run.finishedAt),
    idempotencyKey: run.idempotencyKey,
    number: "0",
    isTest: String(run.isTest),
    usageDurationMs: String(run.usageMs),
    costInCents: "0",
    baseCostInCents: "0",
    ttl: run.ttl,
    runTags: array(run.tags),
    realtimeStreams: "{}",
    payload: run.payload,
    payloadType: run.payloadType,
    metadata: run.metadata,
    metadataType: "application/json",
    output: run.output,
    outputType: run.outputType,
    error: run.failure === null ? null : JSON.stringify(run.failure),
  };
}
