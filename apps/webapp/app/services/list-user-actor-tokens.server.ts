import type { Pool } from "pg";

export interface UserActorTokenRow {
  id: string;
  patId: string;
  client: string;
  cap: string[] | null;
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

const COLUMNS = `t.id, t.pat_id AS "patId", t.client, t.cap, t.created_at AS "createdAt", t.expires_at AS "expiresAt",
  t.last_used_at AS "lastUsedAt", t.revoked_at AS "revokedAt"`;

/** A person's user-actor tokens, newest first; `liveOnly` leaves out what is expired, revoked or without a live parent. */
export async function listUserActorTokens(
  { pool }: { pool: Pool },
  { userId, liveOnly = false, limit = 1_000 }: { userId: string; liveOnly?: boolean; limit?: number },
): Promise<UserActorTokenRow[]> {
  const { rows } = await pool.query<UserActorTokenRow>(
    `SELECT ${COLUMNS} FROM user_actor_token t JOIN personal_access_token p ON p.id = t.pat_id
     WHERE p.user_id = $1 AND (NOT $2 OR (t.revoked_at IS NULL AND t.expires_at > now()
       AND p.revoked_at IS NULL AND (p.expires_at IS NULL OR p.expires_at > now())))
     ORDER BY t.created_at DESC, t.id LIMIT $3`,
    [userId, liveOnly, limit],
  );
  return rows;
}

/** One user-actor token, whosever it is; an empty list when there is none of this id. */
export async function findUserActorToken({ pool }: { pool: Pool }, id: string): Promise<UserActorTokenRow[]> {
  const { rows } = await pool.query<UserActorTokenRow>(`SELECT ${COLUMNS} FROM user_actor_token t WHERE t.id = $1`, [
    id,
  ]);
  return rows;
}
