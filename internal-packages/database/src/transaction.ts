import type { Pool, PoolClient } from "pg";

/** Runs `work` in one transaction; whatever it throws undoes it all. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (thrown) {
    await client.query("ROLLBACK").catch((error: Error) => (broken = error));
    throw thrown;
  } finally {
    client.release(broken);
  }
}
