import type { Pool } from "pg";
import type { Anchor } from "./anchor.js";
import type { AuditKey } from "./audit-key.server.js";
import { createLossReporter, type Loss } from "./report-lost.server.js";
import { startSealer } from "./sealer.server.js";
import { createWitness, type Witness } from "./witness.server.js";

/** The servers keep the head: their file may be another account's. */
const NO_ANCHOR: Anchor = { advance: async () => {}, keep: async () => {} };

/**
 * Runs `work` of a process that does not serve, and seals the rows that it wrote before the process ends.
 * @param onLost hears of rows that were deleted or altered meanwhile
 */
export async function sealingAfter<T>(
  { pool, auditKey, onLost }: { pool: Pool; auditKey: AuditKey; onLost: (losses: readonly Loss[]) => void },
  work: (witness: Witness) => Promise<T>,
): Promise<T> {
  const onError = () => {};
  const report = createLossReporter({ pool, auditKey, keep: onLost });
  const witness = createWitness({ pool, report, onError });
  try {
    return await work(witness);
  } finally {
    if (witness.waiting() > 0) await startSealer({ pool, auditKey, anchor: NO_ANCHOR, witness, onError }).close();
  }
}
