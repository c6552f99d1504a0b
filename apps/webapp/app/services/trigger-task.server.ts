import type { TriggerTaskOptions, TriggerTaskRequestBody, TriggerTaskResponseBody } from "@trigger.dev/core/v3";
import { createId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { triggerRun } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";
import { AppError } from "../api/errors.js";
import { invalidRequest } from "../api/invalid-request.js";
import { momentFrom } from "./moment.js";
import { isTaken } from "./operation.server.js";
import { readStoredPacket, STORE_TYPE } from "./packets.server.js";
import { refuseUnservedOptions } from "./refuse-unserved-options.js";
import { storePacket } from "./run-packet.js";

const IDEMPOTENCY_KEY_TTL = "30d";

/** What is settled of a run before it is triggered. */
interface ReservedRun {
  /** Its id. A run that has it already is the answer. */
  id?: string;
  batchId?: string;
}

/**
 * Stores a run as queued (or delayed). A live idempotency key of the same environment and task answers the run it made.
 * @throws AppError 400 for a delay or a lifetime that is none, 501 for an option that no run here would follow
 */
export async function triggerTask(
  context: Pick<AppContext, "engine" | "pool">,
  { environment, credential }: EnvironmentAuthentication,
  taskIdentifier: string,
  { payload, options = {} }: TriggerTaskRequestBody,
  reserved: ReservedRun = {},
): Promise<TriggerTaskResponseBody> {
  refuseUnservedOptions(options);
  const now = new Date();
  const packet = await packetOf(context, environment.id, { payload, type: options.payloadType });
  const delayUntil = options.delay === undefined ? null : momentFrom(options.delay, now, "body.options.delay");
  const { tags = [], metadata, queue, concurrencyKey, test, ttl, idempotencyKey, ...rest } = options;
  const lifetime = typeof ttl === "number" ? `${ttl}s` : (ttl ?? null);
  const id = reserved.id ?? createId("run");
  const triggered = await triggerRun(context.engine, {
    environmentId: environment.id,
    id,
    taskIdentifier,
    payload: packet,
    metadata: metadata === undefined ? null : typeof metadata === "string" ? metadata : JSON.stringify(metadata),
    tags: [...new Set(typeof tags === "string" ? [tags] : tags)],
    batchId: reserved.batchId ?? null,
    queue: queue?.name ?? null,
    concurrencyKey: concurrencyKey ?? null,
    idempotencyKey: idempotencyKey === undefined ? null : { key: idempotencyKey, expiresAt: keyExpiry(options, now) },
    isTest: test ?? false,
    options: rest,
    actor: credential.kind === "environmentJwt" ? credential.act : null,
    delayUntil,
    ttl: lifetime,
    expiresAt:
      lifetime === null ? null : expiryOf(lifetime, delayUntil !== null && delayUntil > now ? delayUntil : now),
    priority: options.priority ?? 0,
    lockedVersion: options.lockToVersion ?? null,
    createdAt: now,
  }).catch((error: unknown) => {
    // The same request was here before: what it stored is what this one would.
    if (reserved.id !== undefined && isTaken(error)) return { id, isCached: false };
    throw error;
  });
  if (triggered === null) {
    throw new AppError("unavailable", "The idempotency key is being used by other requests. Try again.", {
      headers: { "retry-after": "1" },
    });
  }
  return triggered;
}

const keyExpiry = ({ idempotencyKeyTTL }: TriggerTaskOptions, now: Date) =>
  momentFrom(idempotencyKeyTTL ?? IDEMPOTENCY_KEY_TTL, now, "body.options.idempotencyKeyTTL");

/** A lifetime of zero is none. */
const expiryOf = (ttl: string, from: Date) => {
  const expiresAt = momentFrom(ttl, from, "body.options.ttl");
  return expiresAt > from ? expiresAt : null;
};

async function packetOf(
  context: Pick<AppContext, "pool">,
  environmentId: string,
  { payload, type }: { payload: unknown; type: string | undefined },
): Promise<{ text: string | null; type: string }> {
  if (type !== STORE_TYPE) return storePacket(payload, type);
  const stored = await readStoredPacket(context, environmentId, payload);
  if (stored === undefined) throw invalidRequest({ path: "body.payload", message: "names no uploaded packet" });
  return stored;
}
