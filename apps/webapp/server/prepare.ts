import { deployMigrations, startEmbeddedPostgres } from "@trigger.dev/database";
import type { Logger } from "pino";
import type { Config } from "./config.js";
import { firstBoot } from "./first-boot.js";
import { loadSecrets } from "./secrets.js";

export interface Prepared {
  databaseUrl: string;
  /** Stops the embedded database, if it is ours. */
  close(): Promise<void>;
}

/**
 * What is done once, however many processes serve: the secrets are there, the database runs, its schema is the
 * current one, and it has a first user.
 */
export async function prepare({ config, log }: { config: Config; log: Logger }): Promise<Prepared> {
  const secrets = await loadSecrets({ config });
  const embedded = config.databaseUrl === null ? await startEmbeddedPostgres({ dataDir: config.dataDir, log }) : null;
  const databaseUrl = config.databaseUrl ?? embedded?.url ?? "";
  const close = async () => embedded?.stop();
  try {
    const { deployed } = await deployMigrations(databaseUrl);
    if (deployed.length > 0) log.info({ deployed }, "migrated the database");
    await firstBoot({ config, secrets, databaseUrl });
    return { databaseUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}
