import type { StatementReader } from "../credentials/context.js";
import type { SealedKeys } from "../credentials/self-signed-jwt.js";

// Parsed once a connection; each key is one look into a unique index.
const KNOWN = (table: string): string => `SELECT encode(known.hash, 'hex') AS hash
FROM unnest($1::text[]) AS asked(hash) JOIN ${table} known ON known.hash = decode(asked.hash, 'hex')`;

const SEALED_KEYS = `SELECT e.id, coalesce(e.parent_id, e.id) AS root_id,
  array_agg(k.ciphertext ORDER BY k.created_at DESC) AS sealed_keys
FROM unnest($1::text[]) AS asked(id)
  JOIN environment e ON e.id = asked.id
  JOIN environment_key k ON k.environment_id = coalesce(e.parent_id, e.id)
WHERE k.expires_at IS NULL OR k.expires_at > $2
GROUP BY e.id`;

/** Which of these hashes (in hexadecimal) are those of a token that was ever made, dead ones included. */
export const findHashes =
  (reader: StatementReader, table: "personal_access_token" | "environment_key") =>
  async (hashes: readonly string[]): Promise<ReadonlyMap<string, true>> => {
    const { rows } = await reader.query<{ hash: string }>({
      name: `screen_${table}`,
      text: KNOWN(table),
      values: [hashes],
    });
    return new Map(rows.map(({ hash }) => [hash, true]));
  };

/** The live keys of these environments. */
export const findSealedKeys =
  (reader: StatementReader, now: () => number) =>
  async (ids: readonly string[]): Promise<ReadonlyMap<string, SealedKeys>> => {
    const { rows } = await reader.query<{ id: string; root_id: string; sealed_keys: string[] }>({
      name: "screen_environment_keys",
      text: SEALED_KEYS,
      values: [ids, new Date(now())],
    });
    return new Map(rows.map(({ id, root_id, sealed_keys }) => [id, { rootId: root_id, sealedKeys: sealed_keys }]));
  };
