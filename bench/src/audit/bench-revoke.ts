import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { median } from "../compare.js";
import { printAtMost } from "../report.js";
import type { Ours } from "../servers.js";

const ROUNDS = 20;
const LIVE_TOKENS = 10_000;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function remove(url: string, token: string): Promise<void> {
  const response = await fetch(url, { method: "DELETE", headers: { authorization: `Bearer ${token}` } });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`DELETE ${url}: ${response.status}`);
}

/** A PAT of the owner's with 10,000 live user-actor tokens. */
async function plant(client: Client, id: string): Promise<void> {
  await client.query(
    `INSERT INTO personal_access_token (id, user_id, name, hash, obfuscated)
     SELECT $1, id, 'bench', $2, 'bench' FROM "user" LIMIT 1`,
    [id, randomBytes(32)],
  );
  await client.query(
    `INSERT INTO user_actor_token (id, user_id, pat_id, client, expires_at)
     SELECT $1 || '_' || n, u.id, $1, 'bench', now() + interval '1 hour'
     FROM generate_series(1, $2::int) n, (SELECT id FROM "user" LIMIT 1) u`,
    [id, LIVE_TOKENS],
  );
}

/**
 * Revoking a PAT with 10,000 live user-actor tokens over HTTP, beside a server of node:http, one SELECT and one
 * single-row UPDATE. One after the other, so that each time is a request's own.
 */
export async function benchRevoke(ours: Ours, floorUrl: string): Promise<void> {
  const { personalAccessToken } = ours.bootstrap;
  const client = new Client({ connectionString: ours.databaseUrl });
  await client.connect();
  try {
    const own: number[] = [];
    const floor: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const id = `pat_${String(round).padStart(24, "0")}`;
      await plant(client, id);
      floor.push(await timed(() => remove(floorUrl, personalAccessToken)));
      own.push(await timed(() => remove(`${ours.origin}/api/v1/auth/tokens/${id}`, personalAccessToken)));
    }
    const [ms, yardstick] = [median(own), median(floor)];
    printAtMost({ name: "revoke: PAT with 10,000 UATs", unit: "ms", ours: ms, yardstick, atMost: 3 });
  } finally {
    await client.end();
  }
}
