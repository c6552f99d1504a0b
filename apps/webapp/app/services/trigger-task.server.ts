import type { TriggerTaskRequestBody, TriggerTaskResponseBody } from "@trigger.dev/core/v3";
import { createId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { AppError } from "../api/errors.js";
import { momentFrom } from "./moment.js";
import { readStoredPacket, STORE_TYPE } from "./packets.server.js";
import { refuse } from "./refuse.server.js";
import { storePacket } from "./run-packet.js";

const IDEMPOTENCY_KEY_TTL = "30d";
/** A key can expire or be taken between our statements; more turns than this would be a bug. */
const MOST_TURNS = 5;

const INSERT = `
  INSERT INTO run (environment_id, id, task_identifier, status, payload, payload_type, metadata, tags, batch_id, queue,
    concurrency_key, idempotency_key, idempotency_key_expires_at, is_test, options, actor, delay_until, ttl,
    created_at, updated_at)
  VALUES ($1, $2, $3, $4::run_status, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15::jsonb, $16::jsonb, $17, $18, $19, $19)
  ON CONFLICT (environment_id, task_identifier, idempotency_key) DO NOTHING`;

const FREE_EXPIRED_KEY = `
  UPDATE run SET idempotency_key = NULL
  WHERE environment_id = $1 AND task_identifier = $2 AND idempotency_key = $3 AND idempotency_key_expires_at <= now()`;

const FIND_BY_KEY = `
  SELECT id FROM run WHERE environment_id = $1 AND task_identifier = $2 AND idempotency_key = $3`;

/** What is settled of a run before it is triggered. */
interface ReservedRun {
  /** Its id; whoever reserved it sees to it that nobody else takes it. */
  id?: string;
  batchId?: string;
}

/**
 * Stores a run as queued (or delayed). A live idempotency key of the same environment and task answers the run it made.
 * @throws AppError 400 for a delay or a lifetime that is none
 */
export async function triggerTask(
  context: Pick<AppContext, "pool">,
  { environment, credential }: EnvironmentAuthentication,
  taskIdentifier: string,
  { payload, options = {} }: TriggerTaskRequestBody,
  reserved: ReservedRun = {},
): Promise<TriggerTaskResponseBody> {
  const id = reserved.id ?? createId("run");
  const now = new Date();
  const packet = await packetOf(context, environment.id, { payload, type: options.payloadType });
  const delayUntil = options.delay === undefined ? null : momentFrom(options.delay, now, "body.options.delay");
  const delayed = delayUntil !== null && delayUntil > now;
  const key = options.idempotencyKey ?? null;
  const keyTtl = options.idempotencyKeyTTL ?? IDEMPOTENCY_KEY_TTL;
  const { tags = [], metadata, queue, concurrencyKey, test, ttl, ...rest } = options;
  const values = [
    environment.id,
    id,
    taskIdentifier,
    delayed ? "DELAYED" : "QUEUED",
    packet.text,
    packet.type,
    metadata === undefined ? null : typeof metadata === "string" ? metadata : JSON.stringify(metadata),
    [...new Set(typeof tags === "string" ? [tags] : tags)],
    reserved.batchId ?? null,
    queue?.name ?? `task/${taskIdentifier}`,
    concurrencyKey ?? null,
    key,
    key === null ? null : momentFrom(keyTtl, now, "body.options.idempotencyKeyTTL"),
    test ?? false,
    JSON.stringify(rest),
    credential.kind === "environmentJwt" && credential.act ? JSON.stringify(credential.act) : null,
    delayed ? delayUntil : null,
    ttl === undefined ? null : typeof ttl === "number" ? `${ttl}s` : ttl,
    now,
  ];
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const inserted = await context.pool.query({ name: "trigger-task", text: INSERT, values });
    if (inserted.rowCount === 1) return { id, isCached: false };
    const freed = await context.pool.query(FREE_EXPIRED_KEY, [environment.id, taskIdentifier, key]);
    if (freed.rowCount === 1) continue;
    const found = await context.pool.query<{ id: string }>(FIND_BY_KEY, [environment.id, taskIdentifier, key]);
    if (found.rows[0]) return { id: found.rows[0].id, isCached: true };
  }
  throw new AppError("unavailable", "The idempotency key is being used by other requests. Try again.", {
    headers: { "retry-after": "1" },
  });
}

async function packetOf(
  context: Pick<AppContext, "pool">,
  environmentId: string,
  { payload, type }: { payload: unknown; type: string | undefined },
): Promise<{ text: string | null; type: string }> {
  if (type !== STORE_TYPE) return storePacket(payload, type);
  const stored = await readStoredPacket(context, environmentId, payload);
  if (stored === undefined) throw refuse("body.payload", "Invalid request: body.payload names no uploaded packet");
  return stored;
}
