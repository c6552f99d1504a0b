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
}

const KEYS: SealedTable = {
  select: `SELECT id, environment_id AS "environmentId", NULL AS name, ciphertext FROM environment_key
           WHERE split_part(ciphertext, '.', 1) <> $1 ORDER BY id LIMIT $2`,
  update: "UPDATE environment_key SET ciphertext = $3 WHERE id = $1 AND ciphertext = $2",
};

const VARIABLES: SealedTable = {
  select: `SELECT environment_id || ' ' || name AS id, environment_id AS "environmentId", name, ciphertext
           FROM environment_variable WHERE split_part(ciphertext, '.', 1) <> $1 ORDER BY environment_id, name LIMIT $2`,
  update:
    "UPDATE environment_variable SET ciphertext = $3 WHERE environment_id || ' ' || name = $1 AND ciphertext = $2",
};

/**
 * Seals everything at rest under the newest key, so that the older ones can go. A value that somebody changes
 * meanwhile is left to their change, and looked at again.
 * @returns how many values were sealed anew.
 */
export async function reseal(pool: Pool, encryption: Encryption, newestKid: string): Promise<number> {
  let count = 0;
  for (const { select, update } of [KEYS, VARIABLES]) {
    for (;;) {
      const { rows } = await pool.query<SealedRow>(select, [newestKid, BATCH]);
      if (rows.length === 0) break;
      for (const { id, environmentId, name, ciphertext } of rows) {
        const purpose =
          name === null ? environmentKeyContext(environmentId) : environmentVariableContext(environmentId, name);
        const sealed = encryption.seal(await encryption.open(ciphertext, purpose), purpose);
        count += (await pool.query(update, [id, ciphertext, sealed])).rowCount ?? 0;
      }
    }
  }
  return count;
}
