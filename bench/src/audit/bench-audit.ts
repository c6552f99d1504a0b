import { join } from "node:path";
import { Client } from "pg";
import { compare } from "../compare.js";
import { printAtLeast } from "../report.js";
import { type Ours, startBeside } from "../servers.js";

const count = async (databaseUrl: string): Promise<{ events: number; tokens: number }> => {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ events: number; tokens: number }>(
      `SELECT (SELECT count(*)::int FROM audit_event WHERE action = 'uat.mint') AS events,
        (SELECT count(*)::int FROM user_actor_token) AS tokens`,
    );
    return rows[0] ?? { events: 0, tokens: 0 };
  } finally {
    await client.end();
  }
};

/**
 * Minting with its audit, signed and sealed, beside the same server without the audit's part of the statement, over the
 * same database and in turn.
 */
export async function benchAudit(root: string, here: string, ours: Ours): Promise<void> {
  const without = await startBeside(root, ours, ["--import", join(here, "audit/mints-without-audit.js")]);
  try {
    const before = await count(ours.databaseUrl);
    const target = (origin: string) =>
      ({
        url: `${origin}/api/v1/auth/user-actor-token`,
        method: "POST",
        token: ours.bootstrap.personalAccessToken,
        body: { cap: ["read:runs"] },
      }) as const;
    printAtLeast(await compare("audit: mint with it", target(ours.origin), target(without.origin), 0.9));
    const after = await count(ours.databaseUrl);
    const events = after.events - before.events;
    const tokens = after.tokens - before.tokens;
    // Else both were measured with the audit, or both without.
    if (events < tokens * 0.2 || events > tokens * 0.8) throw new Error(`${events} events for ${tokens} tokens`);
  } finally {
    await without.stop();
  }
}
