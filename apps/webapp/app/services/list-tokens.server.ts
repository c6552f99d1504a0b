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
    context.pool.query<Omit<TokenRow, "client" | "cap" | "parentId">>(recent(PATS), values),
    context.pool.query<Omit<TokenRow, "name">>(recent(UATS), values),
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

const PATS = `
  SELECT id, name, created_at AS "createdAt", expires_at AS "expiresAt", last_used_at AS "lastUsedAt",
    revoked_at AS "revokedAt"
  FROM personal_access_token WHERE user_id = $1`;

/** A token ends with the one it was minted from. */
const UATS = `
  SELECT t.id, t.client, t.cap, t.pat_id AS "parentId", t.created_at AS "createdAt", t.expires_at AS "expiresAt",
    t.last_used_at AS "lastUsedAt", least(t.revoked_at, p.revoked_at) AS "revokedAt"
  FROM personal_access_token p JOIN user_actor_token t ON t.pat_id = p.id WHERE p.user_id = $1`;

const recent = (tokens: string): string => `
  SELECT * FROM (${tokens}) token
  WHERE coalesce("revokedAt", "expiresAt", 'infinity') > now() - $3 * interval '1 day'
  ORDER BY ("revokedAt" IS NULL AND coalesce("expiresAt", 'infinity') > now()) DESC, "createdAt" DESC, id LIMIT $2`;

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
