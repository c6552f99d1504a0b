import { deleteLateRuns } from "@trigger.dev/run-engine";
import type { Config } from "../../server/config.js";
import type { AppContext } from "../api/context.js";

/** Rows that one statement deletes at most, so that none holds its locks for long. */
const AT_ONCE = 1000;
/** Of one table in one pass; the rest is the next pass's. */
const MOST_TURNS = 20;

interface Expired {
  table: string;
  /** With `$1`, days of retention, where `retained`. */
  condition: string;
  retained?: true;
}

/** A revoked or expired token is listed, and named by what it did, for this long after its end. */
const LEDGER = "interval '90 days'";

const EXPIRED: readonly Expired[] = [
  { table: "session", condition: "expires_at < now()" },
  { table: "sign_in_link", condition: "expires_at < now()" },
  { table: "authorization_code", condition: "expires_at < now() - interval '1 day'" },
  { table: "used_token", condition: "expires_at < now()" },
  { table: "packet", condition: "expires_at < now()" },
  { table: "packet_content", condition: "expires_at < now()" },
  { table: "user_actor_token", condition: `expires_at < now() - ${LEDGER}` },
  { table: "rate_limit", condition: "expire < extract(epoch FROM now()) * 1000 - 86400000" },
  { table: "run_span", condition: "received_at < now() - make_interval(days => $1)", retained: true },
  { table: "trace_usage", condition: "updated_at < now() - make_interval(days => $1)", retained: true },
];

/** Deletes what has expired, a bounded part of it a pass, and what ended environments were still given. */
export async function purgeExpired({
  pool,
  config,
}: Pick<AppContext, "pool"> & { config: Pick<Config, "traceRetentionDays"> }): Promise<void> {
  for (const { table, condition, retained } of EXPIRED) {
    const text = `DELETE FROM ${table} WHERE ctid = ANY (ARRAY (
      SELECT ctid FROM ${table} WHERE ${condition} LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED))`;
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const { rowCount } = await pool.query(text, retained ? [config.traceRetentionDays] : []);
      if ((rowCount ?? 0) < AT_ONCE) break;
    }
  }
  await deleteLateRuns(pool);
}
