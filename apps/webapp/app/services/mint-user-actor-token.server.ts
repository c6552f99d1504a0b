import type { MintUserActorTokenRequestBody, MintUserActorTokenResponseBody } from "@trigger.dev/core/v3";
import { createId } from "@trigger.dev/core/ids";
import { signUserActorToken, type UserAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { AppError } from "../api/errors.js";
import { AUDIT_COLUMNS, auditPlaceholders, auditValues } from "./audit.server.js";
import { inTransaction } from "./operation.server.js";
import { refuse } from "./refuse.server.js";

const DEFAULT_TTL_SECONDS = 3600;
const DEFAULT_CLIENT = "api";
const MOST_LIVE_TOKENS = 10_000;
/** Mints under way at one moment, in all processes, are fewer than this: so far below the quota no lock is needed. */
const UNLOCKED_MARGIN = 256;

/** One statement, so that a token is never live without its audit row. `$8` is the quota, or null for none. */
const INSERT = `
  WITH minted AS (
    INSERT INTO user_actor_token (id, user_id, pat_id, client, cap, created_at, expires_at)
    SELECT $1, $2, $3, $4, $5::jsonb, $6, $7
    WHERE $8::int IS NULL OR $8 > (
      SELECT count(*) FROM (
        SELECT 1 FROM user_actor_token WHERE pat_id = $3 AND expires_at > now() AND revoked_at IS NULL LIMIT $8) live)
    RETURNING id)
  INSERT INTO audit_event (${AUDIT_COLUMNS})
  SELECT ${auditPlaceholders(8).replace("$14", "$14::jsonb").replace("$18", "$18::jsonb")} FROM minted`;

/**
 * Mints a user-actor token from a PAT: signs it and enters it in the ledger.
 * @throws AppError 400 for a lifetime over the instance's ceiling, 429 over the rate or the quota
 */
export async function mintUserActorToken(
  context: AppContext,
  { user, credential }: UserAuthentication,
  body: MintUserActorTokenRequestBody,
): Promise<MintUserActorTokenResponseBody> {
  const cap = capOf(context, body.cap);
  const ttlSeconds = body.ttlSeconds ?? Math.min(DEFAULT_TTL_SECONDS, context.config.userActorMaxTtlSeconds);
  if (ttlSeconds > context.config.userActorMaxTtlSeconds) throw overCeiling(context.config.userActorMaxTtlSeconds);
  await context.rates.take("mint", credential.id);

  const id = createId("uat");
  const client = body.client ?? DEFAULT_CLIENT;
  const iat = Math.floor(Date.now() / 1000);
  const exp = iat + ttlSeconds;
  const expiresAt = new Date(exp * 1000);
  await enterInLedger(context, {
    row: [id, user.id, credential.id, client, cap ? JSON.stringify(cap) : null, new Date(), expiresAt],
    patId: credential.id,
    audit: auditValues(context, {
      action: "uat.mint",
      outcome: "allowed",
      userId: user.id,
      credential: { kind: "pat", id: credential.id },
      target: id,
      detail: { client, cap, ttlSeconds },
    }),
  });
  const token = await signUserActorToken({
    claims: { sub: user.id, jti: id, iat, exp, ...(cap ? { cap } : {}), act: { client, pat: credential.id } },
    ring: context.secrets.userActor,
  });
  return { token, expiresInSeconds: ttlSeconds, id, expiresAt: expiresAt.toISOString(), cap };
}

function capOf(context: AppContext, requested: string[] | undefined): string[] | null {
  if (requested === undefined)
    return context.config.userActorDefaultCap ? [...context.config.userActorDefaultCap] : null;
  return [...new Set(requested)];
}

const overCeiling = (ceiling: number) =>
  refuse("body.ttlSeconds", `Invalid request: body.ttlSeconds must be at most ${ceiling}, this instance's ceiling`);

interface LedgerEntry {
  row: unknown[];
  patId: string;
  audit: unknown[];
}

async function enterInLedger(context: AppContext, { row, patId, audit }: LedgerEntry): Promise<void> {
  const quota = context.rates.enabled ? MOST_LIVE_TOKENS : null;
  const values = (most: number | null) => [...row, most, ...audit];
  const unlocked = await context.pool.query({
    name: "mint-uat",
    text: INSERT,
    values: values(quota === null ? null : quota - UNLOCKED_MARGIN),
  });
  if (unlocked.rowCount !== 0) return;
  // Mints of one PAT queue up here, so that none is counted against a stale total.
  const entered = await inTransaction(context, async (client) => {
    await client.query("SELECT 1 FROM personal_access_token WHERE id = $1 FOR UPDATE", [patId]);
    return client.query(INSERT, values(quota));
  });
  if (entered.rowCount === 0) {
    throw new AppError(
      "too_many_live_tokens",
      `This personal access token has ${MOST_LIVE_TOKENS} live user-actor tokens, the most there may be. Revoke some or let them expire.`,
      { headers: { "retry-after": "60", "x-ratelimit-reset": String(Date.now() + 60_000) } },
    );
  }
}
