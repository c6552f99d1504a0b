import type { ListTokensResponseBody, TokenItem } from "@trigger.dev/core/v3";
import type { AppContext } from "../api/context.js";

const MOST_OF_A_KIND = 1000;
/** Ended tokens stay in the list this long, then they are history. */
const ENDED_SINCE_DAYS = 30;

const iso = (date: Date | null) => date?.toISOString() ?? null;

/** A person's tokens, never their secrets: live ones first, then those that ended in the last 30 days, newest first. */
export async function listTokens(context: Pick<AppContext, "pool">, userId: string): Promise<ListTokensResponseBody> {
  const values = [userId, MOST_OF_A_KIND, ENDED_SINCE_DAYS];
  const [pats, uats] = await Promise.all([
    context.pool.query<Omit<TokenRow, "client" | "cap" | "parentId">>(PATS, values),
    context.pool.query<Omit<TokenRow, "name">>(UATS, values),
  ]);
  return {
    tokens: [
      ...pats.rows.map((row) => tokenItem("pat", { ...row, client: null, cap: null, parentId: null })),
      ...uats.rows.map((row) => tokenItem("uat", { ...row, name: null })),
    ],
  };
}

interface TokenRow {
  id: string;
  name: string | null;
  client: string | null;
  cap: string[] | null;
  parentId: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

const SHARED = `created_at AS "createdAt", expires_at AS "expiresAt", last_used_at AS "lastUsedAt", revoked_at AS "revokedAt"`;

const SINCE = `
  WHERE user_id = $1 AND coalesce(revoked_at, expires_at, 'infinity') > now() - $3 * interval '1 day'
  ORDER BY (revoked_at IS NULL AND coalesce(expires_at, 'infinity') > now()) DESC, created_at DESC, id LIMIT $2`;

const PATS = `SELECT id, name, ${SHARED} FROM personal_access_token ${SINCE}`;
const UATS = `SELECT id, client, cap, pat_id AS "parentId", ${SHARED} FROM user_actor_token ${SINCE}`;

const tokenItem = (kind: TokenItem["kind"], row: TokenRow): TokenItem => ({
  id: row.id,
  kind,
  name: row.name,
  client: row.client,
  cap: row.cap,
  parentId: row.parentId,
  createdAt: row.createdAt.toISOString(),
  expiresAt: iso(row.expiresAt),
  lastUsedAt: iso(row.lastUsedAt),
  revokedAt: iso(row.revokedAt),
});
