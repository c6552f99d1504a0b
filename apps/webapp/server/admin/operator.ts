import { generateKeySync } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createId } from "@trigger.dev/core/ids";
import {
  connectRunning,
  createPool,
  DataDirInUseError,
  deployMigrations,
  startEmbeddedPostgres,
} from "@trigger.dev/database";
import { createEncryption, createRbac, type Rbac, type Secrets } from "@trigger.dev/rbac";
import { type AuditKey, loadAuditKey } from "../../app/audit/audit-key.server.js";
import { sealingAfter } from "../../app/audit/sealing-after.server.js";
import type { ChangedBy, SealingContext } from "../../app/services/operation.server.js";
import { loadConfig, type Config } from "../config.js";
import { loadSecrets } from "../secrets.js";

const WAIT_MS = 15_000;
/** PostgreSQL's code for a table that is not there. */
const UNDEFINED_TABLE = "42P01";

/** What an operator's command works with. */
export interface Operator {
  context: SealingContext & { config: Config; secrets: Secrets };
  /** Whoever has the machine; there is no account behind it. */
  by: ChangedBy;
}

interface Database {
  url: string;
  close(): Promise<void>;
}

/** The database that the server uses: its own URL, the embedded one that runs, or that one started for the duration. */
async function openDatabase(config: Config): Promise<Database> {
  const stay = async () => {};
  if (config.databaseUrl !== null) return { url: config.databaseUrl, close: stay };
  for (const deadline = Date.now() + WAIT_MS; ; await sleep(100)) {
    const running = await connectRunning({ dataDir: config.dataDir });
    if (running) return { url: running.url, close: stay };
    try {
      return await startForNow(config.dataDir);
    } catch (error) {
      // Another process has the folder: a server that is just starting or stopping, or a command like this one.
      if (!(error instanceof DataDirInUseError) || Date.now() > deadline) throw error;
    }
  }
}

async function startForNow(dataDir: string): Promise<Database> {
  const started = await startEmbeddedPostgres({ dataDir });
  try {
    await deployMigrations(started.url);
    return { url: started.url, close: () => started.stop() };
  } catch (error) {
    await started.stop();
    throw error;
  }
}

/** A database that is yet to be migrated has no table for the key, nor for anything that would be signed with it. */
function keyOfEmptyDatabase(error: unknown): AuditKey {
  if (error instanceof Error && "code" in error && error.code === UNDEFINED_TABLE) {
    return { key: generateKeySync("hmac", { length: 256 }), unsignedThrough: 0n };
  }
  throw error;
}

function sayLost(): void {
  process.stderr.write("What this call wrote in the audit trail was deleted or altered at once: run audit verify.\n");
  process.exitCode = 1;
}

const silent = { info() {}, warn() {}, error() {} };

/**
 * Runs `work` as the operator of the instance that the environment describes, and lets go of everything after it. The RBAC
 * plugin is loaded only `withRoles`: a database that is yet to be migrated has no place for its tables.
 */
export async function asOperator<T>(
  work: (operator: Operator) => Promise<T>,
  { withRoles }: { withRoles: boolean },
): Promise<T> {
  const config = loadConfig();
  const secrets = await loadSecrets({ config });
  const database = await openDatabase(config);
  const pool = createPool({ url: database.url, max: 2, applicationName: "trigger.dev admin" });
  let rbac: Rbac | undefined;
  try {
    const encryption = createEncryption(secrets);
    const auditKey = await loadAuditKey(pool, encryption).catch(keyOfEmptyDatabase);
    const base = { config, secrets, pool, encryption, auditKey, requestId: createId("req"), clientAddress: "local" };
    const plugin = config.rbacPlugin;
    rbac = withRoles && plugin ? await createRbac({ pool, secrets, encryption, plugin, log: silent }) : undefined;
    const context = rbac ? { ...base, rbac } : base;
    return await sealingAfter({ pool, auditKey, onLost: sayLost }, (witness) =>
      work({ context: { ...context, witness }, by: { userId: null, credential: { kind: "operator" } } }),
    );
  } finally {
    await rbac?.close();
    await pool.end();
    await database.close();
  }
}
