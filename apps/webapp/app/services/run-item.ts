import type { RunListItem, RunStatus } from "@trigger.dev/core/v3";
import type { Environment, User } from "@trigger.dev/plugins/rbac";

/** A row of `run`, as `RUN_COLUMNS` selects it. */
export interface RunRow {
  id: string;
  taskIdentifier: string;
  status: RunStatus;
  version: string | null;
  idempotencyKey: string | null;
  isTest: boolean;
  tags: string[];
  batchId: string | null;
  ttl: string | null;
  delayUntil: Date | null;
  createdAt: Date;
  updatedAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  usageMs: number;
}

export const RUN_COLUMNS = `id, task_identifier AS "taskIdentifier", status, version,
  idempotency_key AS "idempotencyKey", is_test AS "isTest", tags, batch_id AS "batchId", ttl,
  delay_until AS "delayUntil", created_at AS "createdAt", updated_at AS "updatedAt",
  started_at AS "startedAt", finished_at AS "finishedAt", usage_ms AS "usageMs"`;

const QUEUED: readonly RunStatus[] = ["QUEUED", "DELAYED", "PENDING_VERSION"];
const EXECUTING: readonly RunStatus[] = ["DEQUEUED", "EXECUTING"];
const FAILED: readonly RunStatus[] = ["FAILED", "CRASHED", "SYSTEM_FAILURE", "TIMED_OUT", "EXPIRED"];

/** The booleans that clients read instead of the status. */
export function statusFlags(status: RunStatus) {
  const isFailed = FAILED.includes(status);
  return {
    isQueued: QUEUED.includes(status),
    isExecuting: EXECUTING.includes(status),
    isWaiting: status === "WAITING",
    isCompleted: isFailed || status === "COMPLETED" || status === "CANCELED",
    isSuccess: status === "COMPLETED",
    isFailed,
    isCancelled: status === "CANCELED",
  };
}

/** A run as the API lists it. Unset fields are left out: published clients refuse null. */
export function runItem(row: RunRow, environment: Environment, owner: User | null): RunListItem {
  return {
    id: row.id,
    status: row.status,
    taskIdentifier: row.taskIdentifier,
    ...(row.version === null ? {} : { version: row.version }),
    ...(row.idempotencyKey === null ? {} : { idempotencyKey: row.idempotencyKey }),
    ...(row.delayUntil === null ? {} : { delayedUntil: row.delayUntil.toISOString() }),
    ...(row.startedAt === null ? {} : { startedAt: row.startedAt.toISOString() }),
    ...(row.finishedAt === null ? {} : { finishedAt: row.finishedAt.toISOString() }),
    ...(row.status === "EXPIRED" && row.finishedAt ? { expiredAt: row.finishedAt.toISOString() } : {}),
    ...(row.ttl === null ? {} : { ttl: row.ttl }),
    ...(row.batchId === null ? {} : { batchId: row.batchId }),
    ...statusFlags(row.status),
    isTest: row.isTest,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    tags: row.tags,
    costInCents: 0,
    baseCostInCents: 0,
    durationMs: row.usageMs,
    env: {
      id: environment.id,
      name: environment.slug,
      ...(owner && environment.ownerUserId === owner.id ? { user: owner.name ?? owner.email } : {}),
    },
  };
}
