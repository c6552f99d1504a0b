import type { Server } from "node:http";
import { createErrorStore } from "@trigger.dev/error-store";
import { createEncryption, createRbac, type Secrets } from "@trigger.dev/rbac";
import { createEngine, startSweeper } from "@trigger.dev/run-engine";
import { createPrisma, createReadLanes, createWriteLanes } from "@trigger.dev/database";
import type { Pool } from "pg";
import type { Logger } from "pino";
import * as build from "virtual:remix/server-build";
import type { AppServices } from "../app/api/context.js";
import { createDoor } from "../app/api/door.js";
import { createRates } from "../app/api/rates.js";
import { createAnchor } from "../app/audit/anchor.js";
import { loadAuditKey } from "../app/audit/audit-key.server.js";
import { createRefusals } from "../app/audit/refusals.server.js";
import { createLossReporter } from "../app/audit/report-lost.server.js";
import { startSealer } from "../app/audit/sealer.server.js";
import { createWitness } from "../app/audit/witness.server.js";
import { createAuditBuffer } from "../app/services/audit.server.js";
import { MOST_LIVE_TOKENS } from "../app/services/mint-user-actor-token.server.js";
import { purgeExpired } from "../app/services/purge-expired.server.js";
import { createTokenLedger } from "../app/services/token-ledger.server.js";
import { createHeadFile } from "./audit-head-file.js";
import { appendLosses } from "./audit-losses-file.js";
import type { Config } from "./config.js";
import { attachDevSocket, type DevSocket } from "./dev-socket.js";
import { createFront } from "./http/front.js";
import { readRouteTable } from "./http/route-table.js";
import { openListSource } from "./list-source.js";
import { createPluginLog } from "./plugin-log.js";

/** After so long a failure is counted by whoever looks: the process that ended its run may be dead. */
const UNCOUNTED_MS = 2000;
/** Runs of one environment at once. */
const ENVIRONMENT_CONCURRENCY = 300;

export interface AppOptions {
  config: Config;
  secrets: Secrets;
  /** Stays the caller's to end. */
  pool: Pool;
  /** Where `pool` is connected to. */
  databaseUrl: string;
  /** Connections beside it for group commits. */
  writeLanes: number;
  log: Logger;
  assetsFolder: string;
}

export interface App {
  fetch: ReturnType<typeof createFront>["fetch"];
  /** Serves websockets on the server that hands its requests to `fetch`. */
  attach(server: Server): void;
  /** Ends what would go on for ever, so that the server can be drained. */
  stopStreams(): Promise<void>;
  /** Writes down what is still in memory and lets go of everything but the pool. */
  close(): Promise<void>;
}

/** Puts the server together. Everything that a request meets is made here, in the bundle that holds the routes. */
export async function createApp(options: AppOptions): Promise<App> {
  const { config, secrets, pool, log } = options;
  const prisma = createPrisma(pool);
  const encryption = createEncryption(secrets);
  const plugin = config.rbacPlugin ?? undefined;
  const reader = createReadLanes({
    url: options.databaseUrl,
    onError: (err) => log.warn({ err }, "a read lane to the database broke"),
  });
  const writer = createWriteLanes({
    url: options.databaseUrl,
    lanes: options.writeLanes,
    onError: (err) => log.warn({ err }, "a write lane to the database broke"),
  });
  const lists = openListSource({
    replicaUrl: config.databaseReplicaUrl,
    max: pool.options.max,
    pool,
    reader,
    log,
  });
  const rbac = await createRbac({ pool, reader, secrets, encryption, plugin, log: createPluginLog(log) });
  const rates = createRates(pool, config.rateLimits);
  const auditKey = await loadAuditKey(pool, encryption);
  const onAuditError = (err: unknown) => log.error({ err }, "the audit trail was not sealed, or not looked through");
  const witness = createWitness({
    pool,
    report: createLossReporter({
      pool,
      auditKey,
      keep(losses) {
        log.error({ losses }, "rows of the audit trail were deleted or altered: run audit verify");
        try {
          appendLosses(config, losses);
        } catch (err) {
          log.error({ err }, "what the audit trail lost was not written down in DATA_DIR");
        }
      },
    }),
    onError: onAuditError,
  });
  const auditLater = createAuditBuffer({ pool, witness }, (err) => log.error({ err }, "audit rows were lost"));
  const refusals = createRefusals(auditLater);
  const anchor = createAnchor(createHeadFile(config), (kept) =>
    log.error({ kept }, "the audit trail does not hold the head that audit-head.json kept: run audit verify"),
  );
  const sealer = startSealer({
    pool,
    auditKey,
    anchor,
    witness,
    onError: onAuditError,
  });
  const routes = readRouteTable(build);
  const stopping = new AbortController();
  const engine = createEngine({
    pool,
    writer,
    settings: { leaseMs: config.runLeaseSeconds * 1000, environmentConcurrency: ENVIRONMENT_CONCURRENCY },
  });
  const errors = createErrorStore({
    pool,
    retentionDays: config.errorRetentionDays,
    onError: (err) => log.error({ err }, "failures were not counted and wait for another turn"),
  });
  const sweeper = await startSweeper(engine, {
    chores: {
      everySecond: () => errors.drain(UNCOUNTED_MS),
      everyMinute: () => purgeExpired({ pool, config }),
      everyHour: () => errors.keepPartitions(),
    },
    onError: (err) => log.error({ err }, "periodic work was not done"),
    onMessage: (level, message) => log[level === "error" ? "warn" : "debug"]({ jobs: message }, "the job library says"),
  });
  let socket: DevSocket | undefined;
  const services: AppServices = {
    config,
    pool,
    reader,
    lists,
    prisma,
    rbac,
    secrets,
    encryption,
    rates,
    door: createDoor(rbac.screen),
    auditKey,
    auditLater,
    witness,
    refusals,
    ledger: createTokenLedger({ pool, writer, quota: config.rateLimits ? MOST_LIVE_TOKENS : null }),
    engine,
    errors,
    stopping: stopping.signal,
    log,
    routes: routes.api,
  };
  const front = createFront({ services, build, routes, assetsFolder: options.assetsFolder });
  return {
    fetch: front.fetch,
    attach(server) {
      socket = attachDevSocket({
        server,
        rbac,
        rates,
        databaseUrl: options.databaseUrl,
        trustedProxies: config.trustedProxies,
        log,
      });
    },
    async stopStreams() {
      stopping.abort();
      await socket?.close();
    },
    async close() {
      await sweeper.close();
      await errors.close();
      refusals.close();
      await auditLater.flush();
      await sealer.close();
      await rbac.close();
      await reader.end();
      await writer.end();
      await lists.close();
      await prisma.$disconnect();
    },
  };
}
