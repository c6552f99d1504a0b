import { createGroupCommit, type Statements } from "@trigger.dev/database";
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
  expiresAt: Date;
  audit: AuditRow;
}

/** Where minted tokens are entered before anybody gets to see them. */
export interface TokenLedger {
  /** Resolves once the entry and its audit row are durable: false when its PAT has as many live tokens as it may. */
  enter(entry: LedgerEntry): Promise<boolean>;
}

/** Mints of one PAT under way at one moment are fewer than this: so far below the quota no lock is needed. */
const UNLOCKED_MARGIN = 256;

/** `$1` is the most live tokens that a PAT may have, or null. One statement: no token is live without its audit row. */
const ENTER = `
  WITH given AS (
    SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
      $8::boolean[], $9::text[], $10::timestamptz[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[],
      $16::bytea[])
      AS g (id, user_id, pat_id, client, cap, expires_at, cap_defaulted,
        audit_id, at, action, credential, address, request_id, detail, mac)),
  minted AS (
    INSERT INTO user_actor_token (id, user_id, pat_id, client, cap, expires_at, cap_defaulted)
    SELECT id, user_id, pat_id, client, cap::jsonb, expires_at, cap_defaulted FROM given
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
  SELECT id FROM minted`;

async function enterAll(writer: Statements, quota: number | null, entries: readonly LedgerEntry[]) {
  const column = (read: (entry: LedgerEntry) => unknown) => entries.map(read);
  const { rows } = await writer.query<{ id: string }>({
    name: "enter-uat",
    text: ENTER,
    values: [
      quota,
      column((entry) => entry.id),
      column((entry) => entry.userId),
      column((entry) => entry.patId),
      column((entry) => entry.client),
      column((entry) => entry.cap && JSON.stringify(entry.cap)),
      column((entry) => entry.expiresAt),
      column((entry) => entry.isCapDefaulted),
      column(({ audit }) => audit.id),
      column(({ audit }) => audit.at),
      column(({ audit }) => audit.action),
      column(({ audit }) => audit.credential),
      column(({ audit }) => audit.address),
      column(({ audit }) => audit.requestId),
      column(({ audit }) => audit.detail),
      column(({ audit }) => audit.mac),
    ],
  });
  const entered = new Set(rows.map(({ id }) => id));
  return entries.map(({ id }) => entered.has(id));
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
  const enterTogether = createGroupCommit((entries: readonly LedgerEntry[]) => enterAll(writer, unlocked, entries));

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
