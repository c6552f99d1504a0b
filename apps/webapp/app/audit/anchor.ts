import type { Pool } from "pg";

/** The newest link of the instance's chain: it vouches for all that is sealed. */
export interface Head {
  number: string;
  /** In hexadecimal digits. */
  hash: string;
  /** When it was sealed. */
  at: string;
}

/** Where the head is kept outside the database. */
export interface HeadStore {
  read(): Head | null;
  write(head: Head): void;
}

/**
 * The head as it is known outside the database, where whoever rewrites the database does not reach. It moves on only
 * along a chain that holds what it stood at: the trace of a trail that was cut off is not overwritten.
 */
export interface Anchor {
  advance(pool: Pool, head: Head): Promise<void>;
  /** Writes the newest head down now. */
  keep(): Promise<void>;
}

const WRITE_EVERY_MS = 10_000;

/** Whether the instance's chain in the database holds `head`. */
export async function holdsHead(pool: Pool, head: Head): Promise<boolean> {
  const { rows } = await pool.query<{ hash: string }>(
    "SELECT encode(hash, 'hex') AS hash FROM audit_seal WHERE organization_id = '' AND number = $1::bigint",
    [head.number],
  );
  return rows[0]?.hash === head.hash;
}

/** The newest head that the database has; null before the first. */
export async function readHead(pool: Pool): Promise<Head | null> {
  const { rows } = await pool.query<{ number: string; hash: string; at: Date }>(
    `SELECT number::text, encode(hash, 'hex') AS hash, sealed_at AS at FROM audit_seal
     WHERE organization_id = '' ORDER BY audit_seal.number DESC LIMIT 1`,
  );
  const [row] = rows;
  return row ? { ...row, at: row.at.toISOString() } : null;
}

/** Keeps the head in `store`, seldom enough to cost nothing; `onLost` hears of a chain that no longer holds it. */
export function createAnchor(store: HeadStore, onLost: (kept: Head) => void): Anchor {
  let newest: Head | null = null;
  let writtenAt = 0;
  let told = "";
  const keep = async () => {
    if (newest === null) return;
    writtenAt = Date.now();
    store.write(newest);
    newest = null;
  };
  return {
    keep,
    async advance(pool, head) {
      const kept = store.read();
      if (kept !== null && !(await holdsHead(pool, kept))) {
        newest = null;
        if (told !== kept.hash) onLost(kept);
        told = kept.hash;
        return;
      }
      newest = head;
      if (Date.now() - writtenAt > WRITE_EVERY_MS) await keep();
    },
  };
}
