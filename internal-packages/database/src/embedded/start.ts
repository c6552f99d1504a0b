import { chown, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Client, DatabaseError } from "pg";
import { findBinaries } from "./binaries.js";
import { lockDataDir } from "./data-dir-lock.js";
import { DATABASE, initializeCluster, readPassword, ROLE } from "./initialize.js";
import { launchServer } from "./launch.js";
import { type Cluster, findCluster, placeBinaries, placeCluster, removeCluster } from "./placement.js";
import { clearOrphan, endPostmaster, livePostmaster } from "./postmaster.js";
import { canEnter, chooseUser, type RunAs } from "./system-user.js";

/** What a pino logger has, or `console`. */
export type DatabaseLog = { info(message: string): void; warn(message: string): void };

export type EmbeddedOptions = {
  /** The data directory; the cluster is its `postgres` folder, or elsewhere as its `postgres.location` says. */
  dataDir: string;
  log?: DatabaseLog;
  /** A server for tests: nothing is forced to disk, and `stop` deletes it all. */
  throwaway?: boolean;
};

export type EmbeddedPostgres = {
  url: string;
  pid: number;
  /** The cluster's folder: data, password and log. */
  dir: string;
  /** Fast shutdown; resolves, within 6 s, once the server has ended and the data directory is free again. */
  stop: () => Promise<void>;
  /** Resolves when the server has ended, also by itself. */
  exited: Promise<void>;
};

const silent: DatabaseLog = { info: () => {}, warn: () => {} };

const urlOf = (port: number, password: string, database: string = DATABASE): string =>
  `postgresql://${ROLE}:${password}@127.0.0.1:${port}/${database}`;

async function connects(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === "3D000") return false;
    throw error;
  } finally {
    await client.end();
  }
}

async function ensureDatabase(port: number, password: string): Promise<string> {
  const url = urlOf(port, password);
  if (await connects(url)) return url;
  const client = new Client({ connectionString: urlOf(port, password, "postgres") });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
  return url;
}

async function prepareCluster(
  dataDir: string,
  found: Cluster | null,
  log: DatabaseLog,
): Promise<{ cluster: string; runAs: RunAs }> {
  const runAs = await chooseUser(found === null ? null : join(found.dir, "data"));
  if (found === null) return { cluster: await placeCluster(dataDir, runAs), runAs };
  const { uid } = await stat(found.dir);
  if (runAs === null && uid !== process.getuid?.()) {
    throw new Error(`${found.dir} belongs to another user, number ${uid}. Start as that user, or as root.`);
  }
  // A first start may have been killed before it gave the folder away.
  if (!found.initialized && runAs !== null) await chown(found.dir, runAs.uid, runAs.gid);
  if (!canEnter(found.dir, runAs)) {
    throw new Error(`PostgreSQL's user (${runAs?.name}) can no longer enter ${found.dir}, where its data is.`);
  }
  const orphan = await clearOrphan(join(found.dir, "data"));
  if (orphan !== null) log.warn(`Ended the database, process ${orphan}, that a killed server had left running.`);
  return { cluster: found.dir, runAs };
}

/**
 * Starts the PostgreSQL that belongs to `dataDir`, made on the first call, on a free port of 127.0.0.1. What a
 * killed process left is taken over.
 * @throws {DataDirInUseError} when another live process has `dataDir`; else with a sentence for the operator.
 */
export async function startEmbeddedPostgres({
  dataDir,
  log = silent,
  throwaway = false,
}: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const durable = !throwaway;
  const unlock = await lockDataDir(dataDir);
  try {
    const found = await findCluster(dataDir);
    const { cluster, runAs } = await prepareCluster(dataDir, found, log);
    const installed = await findBinaries();
    const binaries = await placeBinaries(installed, runAs);
    if (found?.initialized !== true) {
      log.info(`Setting up a database in ${cluster}.`);
      await initializeCluster({ cluster, binaries, runAs, durable });
    }
    const server = await launchServer({ cluster, binaries, runAs, durable });
    const stop = async (): Promise<void> => {
      // The server does not keep this process alive; its end must be waited for all the same.
      const waiting = setInterval(() => {}, 1_000);
      try {
        await endPostmaster(server.pid);
        await server.exited;
      } finally {
        clearInterval(waiting);
      }
      if (throwaway) await removeCluster(dataDir, cluster);
      await unlock();
    };
    try {
      const url = await ensureDatabase(server.port, await readPassword(cluster));
      let stopping: Promise<void> | undefined;
      return { url, pid: server.pid, dir: cluster, stop: () => (stopping ??= stop()), exited: server.exited };
    } catch (error) {
      await endPostmaster(server.pid);
      throw error;
    }
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** The URL of the embedded database that runs for `dataDir` now, whoever started it; null when none does. */
export async function connectRunning({ dataDir }: { dataDir: string }): Promise<{ url: string } | null> {
  const found = await findCluster(resolve(dataDir));
  if (found === null) return null;
  const postmaster = await livePostmaster(join(found.dir, "data"));
  if (postmaster === null || postmaster.port === null || !postmaster.ready) return null;
  return { url: urlOf(postmaster.port, await readPassword(found.dir)) };
}
