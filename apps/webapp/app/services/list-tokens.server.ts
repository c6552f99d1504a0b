import type { ListTokensResponseBody, TokenItem } from "@trigger.dev/core/v3";
import { z } from "zod";
import type { AppContext } from "../api/context.js";
import { invalidRequest } from "../api/invalid-request.js";

/** Ended tokens stay in the list this long, then they are history. */
const ENDED_SINCE_DAYS = 30;

const iso = (date: Date | null) => date?.toISOString() ?? null;

const cursorContext = (userId: string) => `tokens-cursor/${userId}`;

/** Where a page ended. `asOf`: what is live is told as of the first page, so that no token changes its place. */
const Edge = z.object({
  asOf: z.string(),
  kind: z.string(),
  ended: z.boolean(),
  createdAt: z.string(),
  id: z.string(),
});

/**
 * A page of a person's tokens, never their secrets: personal access tokens, then user-actor tokens, of each the live
 * ones first, then those that ended in the last 30 days, newest first.
 * @throws AppError 400 for a cursor that is none of this person's
 */
export async function listTokens(
  context: Pick<AppContext, "pool" | "encryption">,
  userId: string,
  { size, after }: { size: number; after: string | undefined },
): Promise<ListTokensResponseBody> {
  const edge = after === undefined ? null : await openEdge(context, userId, after);
  const asOf = edge?.asOf ?? new Date().toISOString();
  const values = [userId, ENDED_SINCE_DAYS, asOf, size + 1, edge?.kind ?? null, edge?.ended, edge?.createdAt, edge?.id];
  const { rows } = await context.pool.query<TokenRow>(PAGE, values);
  const page = rows.slice(0, size);
  const last = page.at(-1);
  const next =
    rows.length > size && last
      ? context.encryption.seal(
          JSON.stringify({ asOf, ...last, createdAt: last.createdAt.toISOString() }),
          cursorContext(userId),
        )
      : undefined;
  return { tokens: page.map(tokenItem), pagination: next === undefined ? {} : { next } };
}

async function openEdge({ encryption }: Pick<AppContext, "encryption">, userId: string, cursor: string) {
  try {
    return Edge.parse(JSON.parse(await encryption.open(cursor, cursorContext(userId))));
  } catch {
    throw invalidRequest({ path: "query.page[after]", message: "is no cursor of this list" });
  }
}

interface TokenRow {
  kind: TokenItem["kind"];
  ended: boolean;
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

/** A user-actor token ends with the one it was minted from. */
const TOKENS = `
  SELECT 'pat' AS kind, id, name, NULL AS client, NULL::jsonb AS cap, NULL AS "parentId", created_at AS "createdAt",
    expires_at AS "expiresAt", last_used_at AS "lastUsedAt", revoked_at AS "revokedAt"
  FROM personal_access_token WHERE user_id = $1
  UNION ALL
  SELECT 'uat', t.id, NULL, t.client, t.cap, t.pat_id, t.created_at, t.expires_at, t.last_used_at,
    least(t.revoked_at, p.revoked_at)
  FROM personal_access_token p JOIN user_actor_token t ON t.pat_id = p.id WHERE p.user_id = $1`;

const PAGE = `
  SELECT * FROM (
    SELECT *, coalesce("revokedAt", 'infinity') <= $3::timestamptz OR coalesce("expiresAt", 'infinity') <= $3::timestamptz AS ended
    FROM (${TOKENS}) every_token
    WHERE coalesce("revokedAt", "expiresAt", 'infinity') > $3::timestamptz - $2::int * interval '1 day') token
  WHERE $5::text IS NULL OR kind > $5 OR (kind = $5 AND (ended::int > $6::boolean::int OR (ended = $6::boolean AND
    ("createdAt" < $7::timestamptz OR ("createdAt" = $7::timestamptz AND id > $8::text)))))
  ORDER BY kind, ended, "createdAt" DESC, id LIMIT $4`;

const tokenItem = (row: TokenRow): TokenItem => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  client: row.client,
  cap: row.cap,
  parentId: row.parentId,
  createdAt: row.createdAt.toISOString(),
  expiresAt: iso(row.expiresAt),
  lastUsedAt: iso(row.lastUsedAt),
  revokedAt: iso(row.revokedAt),
});
