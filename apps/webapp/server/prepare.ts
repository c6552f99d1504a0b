import { deployMigrations, startEmbeddedPostgres } from "@trigger.dev/database";
import type { Logger } from "pino";
import type { Config } from "./config.js";

export interface Prepared {
  databaseUrl: string;
  /** Stops the embedded database, if it is ours. */
  close(): Promise<void>;
}

/** What is done once, however many processes serve: the database runs and its schema is the current one. */
export async function prepare({ config, log }: { config: Config; log: Logger }): Promise<Prepared> {
  const embedded = config.databaseUrl === null ? await startEmbeddedPostgres({ dataDir: config.dataDir, log }) : null;
  const databaseUrl = config.databaseUrl ?? embedded?.url ?? "";
  const close = async () => embedded?.stop();
  try {
    const { deployed } = await deployMigrations(databaseUrl);
    if (deployed.length > 0) log.info({ deployed }, "migrated the database");
    return { databaseUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}
