import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import type { Anchor, Head } from "./anchor.js";
import type { AuditKey } from "./audit-key.server.js";
import { sealRows } from "./seal-rows.server.js";
import type { Witness } from "./witness.server.js";

export interface SealerOptions {
  pool: Pool;
  auditKey: AuditKey;
  /** Where the head is kept outside the database. */
  anchor: Anchor;
  /** Whose rows are looked at after each time. */
  witness: Pick<Witness, "check" | "waiting">;
  onError(error: unknown): void;
  everyMs?: number;
}

export interface Sealer {
  /** Seals what can be, and answers the instance's head. */
  sealNow(): Promise<Head | null>;
  /** Seals what was written up to now, if no transaction that is open for longer than a moment keeps it from that. */
  close(): Promise<void>;
}

const EVERY_MS = 1_000;
/** After so long a transaction that keeps the trail from being sealed is an error, and again each time. */
const STUCK_MS = 60_000;
const LAST_TURNS = 40;
const TURN_MS = 25;

/** A number, and a transaction id later than that of whoever got it or a lower one. */
interface Horizon {
  seq: string;
  xid: string;
}

/**
 * Seals the trail, a second behind it, so that no request waits for another's row. Any number of processes may run
 * one on a database: each batch is one's.
 */
export function startSealer({ pool, auditKey, anchor, witness, onError, everyMs = EVERY_MS }: SealerOptions): Sealer {
  let horizon: Horizon | null = null;
  let done = "";
  let stuckSince = Date.now();
  let under = Promise.resolve<Head | null>(null);

  const lastNumber = async (): Promise<string> => {
    const { rows } = await pool.query<{ last: string }>("SELECT last_value::text AS last FROM audit_event_seq");
    return rows[0]?.last ?? "";
  };

  /** Two statements, in this order: a number is given out after its transaction has an id (`audit_next_seq`). */
  const look = async (seq: string): Promise<Horizon> => {
    const { rows } = await pool.query<{ xid: string }>("SELECT pg_current_xact_id()::text AS xid");
    return { seq, xid: rows[0]?.xid ?? "" };
  };

  const isOver = async ({ xid }: Horizon): Promise<boolean> => {
    const { rows } = await pool.query<{ over: boolean }>(
      "SELECT pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8 AS over",
      [xid],
    );
    return rows[0]?.over === true;
  };

  const seal = async (): Promise<Head | null> => {
    if (horizon === null) {
      const seq = await lastNumber();
      if (seq === done) return null;
      horizon = await look(seq);
      stuckSince = Date.now();
    }
    if (!(await isOver(horizon))) {
      if (Date.now() - stuckSince > STUCK_MS) {
        stuckSince = Date.now();
        onError(
          new Error(`a transaction older than ${horizon.xid} is still open, and rows cannot be sealed before it ends`),
        );
      }
      return null;
    }
    const sealed = await sealRows(pool, auditKey.key, BigInt(horizon.seq));
    if (sealed === "busy") return null;
    if (sealed.through >= BigInt(horizon.seq)) {
      done = horizon.seq;
      horizon = null;
    }
    if (sealed.head !== null) await anchor.advance(pool, sealed.head);
    return sealed.head;
  };

  const failed = (error: unknown) => {
    onError(error);
    return null;
  };
  const turn = async (): Promise<Head | null> => {
    const head = await seal().catch(failed);
    await witness.check().catch(failed);
    return head;
  };
  const sealNow = () => (under = under.then(turn));
  const timer = setInterval(() => void sealNow(), everyMs);
  timer.unref();
  return {
    sealNow,
    async close() {
      clearInterval(timer);
      await sealNow();
      for (let more = 1; more < LAST_TURNS && witness.waiting() > 0; more++) {
        await sleep(TURN_MS);
        await sealNow();
      }
      await anchor.keep();
    },
  };
}
