import { createGroupCommit, MOST_AT_ONCE, type Statements } from "@trigger.dev/database";
import type { Pool } from "pg";
import { AUDIT_COLUMNS, type AuditRow } from "./audit.server.js";
import { inTransaction } from "./operation.server.js";

export interface LedgerEntry {
  id: string;
  userId: string;
  patId: string;
  client: string;
  cap: readonly string[] | null;
  isCapDefaulted: boolean;
  /** ISO 8601. */
  expiresAt: string;
  audit: AuditRow;
}

/** Where minted tokens are entered before anybody gets to see them. */
export interface TokenLedger {
  /** Resolves once the entry and its audit row are durable: false when its PAT has as many live tokens as it may. */
  enter(entry: LedgerEntry): Promise<boolean>;
}

/** The largest groups of ten processes, none of which sees what the others write: so far below the quota none needs a lock. */
const UNLOCKED_MARGIN = 10 * MOST_AT_ONCE;

/**
 * `$1` is the most live tokens that a PAT may have, or null; `$3` is how many entries there are. One statement: no token
 * is live without its audit row. The entries are one JSON text, which both sides are quicker at than at fifteen arrays.
 * Which of them were entered is said only where not all were.
 */
const ENTER = `
  WITH given AS (
    SELECT * FROM json_to_recordset($2::json) AS g (id text, user_id text, pat_id text, client text, cap jsonb,
      expires_at timestamptz, cap_defaulted boolean, audit_id text, at timestamptz, action text, credential text,
      address text, request_id text, detail text, mac bytea)),
  minted AS (
    INSERT INTO user_actor_token (id, user_id, pat_id, client, cap, expires_at, cap_defaulted)
    SELECT id, user_id, pat_id, client, cap, expires_at, cap_defaulted FROM given
    WHERE $1::int IS NULL OR $1 > (
      SELECT count(*) FROM (
        SELECT 1 FROM user_actor_token live
        WHERE live.pat_id = given.pat_id AND live.expires_at > now() AND live.revoked_at IS NULL LIMIT $1) counted)
    RETURNING id),
  audited AS (
    INSERT INTO audit_event (organization_id, ${AUDIT_COLUMNS})
    SELECT coalesce(m.organization_id, ''), audit_id, at, action, 'allowed', NULL, user_id, credential::jsonb, id,
      address, request_id, detail::jsonb, mac
    FROM given JOIN minted USING (id) LEFT JOIN organization_member m USING (user_id))
  SELECT CASE WHEN count(*) < $3::int THEN coalesce(array_agg(id), '{}') END AS entered FROM minted`;

const rowOf = ({ audit, ...entry }: LedgerEntry) => ({
  id: entry.id,
  user_id: entry.userId,
  pat_id: entry.patId,
  client: entry.client,
  cap: entry.cap,
  expires_at: entry.expiresAt,
  cap_defaulted: entry.isCapDefaulted,
  audit_id: audit.id,
  at: audit.at,
  action: audit.action,
  credential: audit.credential,
  address: audit.address,
  request_id: audit.requestId,
  detail: audit.detail,
  mac: audit.mac,
});

async function enterAll(writer: Statements, quota: number | null, entries: readonly LedgerEntry[]) {
  const { rows } = await writer.query<{ entered: string[] | null }>({
    name: "enter-uat",
    text: ENTER,
    values: [quota, JSON.stringify(entries.map(rowOf)), entries.length],
  });
  const [answer] = rows;
  if (answer === undefined) throw new Error("the ledger did not say what it entered");
  return entries.map(({ id }) => answer.entered === null || answer.entered.includes(id));
}

export interface LedgerSettings {
  pool: Pool;
  /** Where the group commits go. */
  writer: Statements;
  /** The most live tokens of a PAT; null for no quota. */
  quota: number | null;
}

/** A ledger that holds each PAT to its quota. */
export function createTokenLedger({ pool, writer, quota }: LedgerSettings): TokenLedger {
  const unlocked = quota === null ? null : quota - UNLOCKED_MARGIN;
  const enterTogether = createGroupCommit((entries: readonly LedgerEntry[]) => enterAll(writer, unlocked, entries), {
    gathers: true,
  });

  // Close to the quota the mints of one PAT queue up, so that none is counted against a stale total.
  const enterLocked = (entry: LedgerEntry) =>
    inTransaction({ pool }, async (client) => {
      await client.query("SELECT 1 FROM personal_access_token WHERE id = $1 FOR UPDATE", [entry.patId]);
      const [entered = false] = await enterAll(client, quota, [entry]);
      return entered;
    });

  return {
    async enter(entry) {
      return (await enterTogether(entry)) || (quota !== null && (await enterLocked(entry)));
    },
  };
}
