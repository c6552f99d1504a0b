import type { Pool } from "pg";

export interface PersonalAccessTokenRow {
  id: string;
  name: string;
  obfuscated: string;
  maxRole: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  isLive: boolean;
  /** How many user-actor tokens end with it. */
  liveChildren: number;
}

const LIVE = "p.revoked_at IS NULL AND coalesce(p.expires_at, 'infinity') > now()";

/** A person's tokens for the dashboard: live ones first, then those that ended in the last 30 days, newest first. */
export async function listPersonalAccessTokens(
  { pool }: { pool: Pool },
  { userId, limit }: { userId: string; limit: number },
): Promise<PersonalAccessTokenRow[]> {
  const { rows } = await pool.query<PersonalAccessTokenRow>(
    `SELECT p.id, p.name, p.obfuscated, p.max_role AS "maxRole", p.created_at AS "createdAt", p.expires_at AS "expiresAt",
            p.last_used_at AS "lastUsedAt", p.revoked_at AS "revokedAt", ${LIVE} AS "isLive",
            CASE WHEN ${LIVE} THEN (
              SELECT count(*)::int FROM user_actor_token t
              WHERE t.pat_id = p.id AND t.expires_at > now() AND t.revoked_at IS NULL
            ) ELSE 0 END AS "liveChildren"
     FROM personal_access_token p
     WHERE p.user_id = $1 AND coalesce(p.revoked_at, p.expires_at, 'infinity') > now() - interval '30 days'
     ORDER BY ${LIVE} DESC, p.created_at DESC, p.id LIMIT $2`,
    [userId, limit],
  );
  return rows;
}
