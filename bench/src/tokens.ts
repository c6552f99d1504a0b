import { createHash } from "node:crypto";
import { createId, createPersonalAccessToken } from "@trigger.dev/core/ids";
import { Client } from "pg";

/** New personal access tokens of the first user, so that requests side by side need not all be one token's. */
export async function insertPersonalAccessTokens(databaseUrl: string, count: number): Promise<string[]> {
  const tokens = Array.from({ length: count }, () => createPersonalAccessToken());
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO personal_access_token (id, user_id, name, hash, obfuscated)
       SELECT g.id, (SELECT id FROM "user" ORDER BY created_at LIMIT 1), 'bench', g.hash, 'bench'
       FROM unnest($1::text[], $2::bytea[]) AS g (id, hash)`,
      [tokens.map(() => createId("pat")), tokens.map((token) => createHash("sha256").update(token).digest())],
    );
  } finally {
    await client.end();
  }
  return tokens;
}
