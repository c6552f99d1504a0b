import { execFileSync } from "node:child_process";
import { appendFile, chown, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startEmbeddedPostgres } from "@trigger.dev/database";
import { Client } from "pg";
import { makeTempDir } from "./test-server.js";
import { endWithUs } from "./watchdog.js";

export type ReplicatedPostgres = {
  url: string;
  /** Of a hot standby, which streams what the first one writes. */
  replicaUrl: string;
  stop: () => Promise<void>;
};

async function withClient<Result>(url: string, use: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** Copies a cluster that is running (PostgreSQL's low-level backup), and makes a standby of the copy. */
async function copyAsStandby(url: string, from: string, to: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query("SELECT pg_backup_start('standby', true)");
    execFileSync("cp", ["-a", from, to]);
    const { rows } = await client.query<{ labelfile: string }>("SELECT labelfile FROM pg_backup_stop(false)");
    const data = join(to, "data");
    const { uid, gid } = await stat(data);
    await rm(join(data, "postmaster.pid"), { force: true });
    for (const [name, text] of [
      ["backup_label", rows[0]?.labelfile ?? ""],
      ["standby.signal", ""],
    ] as const) {
      await writeFile(join(data, name), text);
      await chown(join(data, name), uid, gid);
    }
    const { hostname: host, port, username: user, password } = new URL(url);
    await appendFile(
      join(data, "postgresql.auto.conf"),
      `primary_conninfo = 'host=${host} port=${port} user=${user} password=${password}'\n`,
    );
  });
}

/** Two throwaway servers of PostgreSQL, the second a streaming replica of the first. */
export async function startReplicatedPostgres(): Promise<ReplicatedPostgres> {
  const [dataDir, replicaDir] = [await makeTempDir("primary"), await makeTempDir("replica")];
  const primary = await startEmbeddedPostgres({ dataDir, throwaway: true });
  endWithUs(primary.pid, [dataDir, primary.dir]);
  await copyAsStandby(primary.url, primary.dir, join(replicaDir, "postgres"));
  const replica = await startEmbeddedPostgres({ dataDir: replicaDir, throwaway: true });
  endWithUs(replica.pid, [replicaDir, replica.dir]);
  return {
    url: primary.url,
    replicaUrl: replica.url,
    async stop() {
      await replica.stop();
      await primary.stop();
      for (const dir of [dataDir, replicaDir]) await rm(dir, { recursive: true, force: true });
    },
  };
}
