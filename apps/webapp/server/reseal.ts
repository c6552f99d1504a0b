import { AUDIT_KEY_CONTEXT } from "../app/audit/audit-key.server.js";
import { environmentKeyContext, environmentVariableContext, type Encryption } from "@trigger.dev/rbac";
import type { Pool } from "pg";

const BATCH = 500;

interface SealedRow {
  id: string;
  environmentId: string;
  name: string | null;
  ciphertext: string;
}

interface SealedTable {
  select: string;
  update: string;
  /** What each text was sealed for. */
  contextOf(row: SealedRow): string;
}

const KEYS: SealedTable = {
  select: `SELECT id, environment_id AS "environmentId", NULL AS name, ciphertext FROM environment_key
           WHERE split_part(ciphertext, '.', 1) <> $1 ORDER BY id LIMIT $2`,
  update: "UPDATE environment_key SET ciphertext = $3 WHERE id = $1 AND ciphertext = $2",
  contextOf: ({ environmentId }) => environmentKeyContext(environmentId),
};

const VARIABLES: SealedTable = {
  select: `SELECT environment_id || ' ' || name AS id, environment_id AS "environmentId", name, ciphertext
           FROM environment_variable WHERE split_part(ciphertext, '.', 1) <> $1 ORDER BY environment_id, name LIMIT $2`,
  update:
    "UPDATE environment_variable SET ciphertext = $3 WHERE environment_id || ' ' || name = $1 AND ciphertext = $2",
  contextOf: ({ environmentId, name }) => environmentVariableContext(environmentId, name ?? ""),
};

const AUDIT_KEY: SealedTable = {
  select: `SELECT id, '' AS "environmentId", NULL AS name, ciphertext FROM audit_key
           WHERE split_part(ciphertext, '.', 1) <> $1 ORDER BY id LIMIT $2`,
  update: "UPDATE audit_key SET ciphertext = $3 WHERE id = $1 AND ciphertext = $2",
  contextOf: () => AUDIT_KEY_CONTEXT,
};

/**
 * Seals everything at rest under the newest key, so that the older ones can go. A value that somebody changes
 * meanwhile is left to their change, and looked at again.
 * @returns how many values were sealed anew.
 */
export async function reseal(pool: Pool, encryption: Encryption, newestKid: string): Promise<number> {
  let count = 0;
  for (const { select, update, contextOf } of [KEYS, VARIABLES, AUDIT_KEY]) {
    for (;;) {
      const { rows } = await pool.query<SealedRow>(select, [newestKid, BATCH]);
      if (rows.length === 0) break;
      for (const row of rows) {
        const { id, ciphertext } = row;
        const purpose = contextOf(row);
        const sealed = encryption.seal(await encryption.open(ciphertext, purpose), purpose);
        count += (await pool.query(update, [id, ciphertext, sealed])).rowCount ?? 0;
      }
    }
  }
  return count;
}
