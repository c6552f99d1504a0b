import { createEncryption, createRbac, type Secrets } from "@trigger.dev/rbac";
import { createPrisma } from "@trigger.dev/database";
import type { Pool } from "pg";
import type { Logger } from "pino";
import * as build from "virtual:remix/server-build";
import type { AppServices } from "../app/api/context.js";
import { createRates } from "../app/api/rates.js";
import { createAuditBuffer } from "../app/services/audit.server.js";
import { MOST_LIVE_TOKENS } from "../app/services/mint-user-actor-token.server.js";
import { createTokenLedger } from "../app/services/token-ledger.server.js";
import type { Config } from "./config.js";
import { createFront } from "./http/front.js";
import { readRouteTable } from "./http/route-table.js";
import { createPluginLog } from "./plugin-log.js";

export interface AppOptions {
  config: Config;
  secrets: Secrets;
  /** Stays the caller's to end. */
  pool: Pool;
  log: Logger;
  assetsFolder: string;
}

export interface App {
  fetch: ReturnType<typeof createFront>["fetch"];
  /** Writes down what is still in memory and lets go of everything but the pool. */
  close(): Promise<void>;
}

/** Puts the server together. Everything that a request meets is made here, in the bundle that holds the routes. */
export async function createApp({ config, secrets, pool, log, assetsFolder }: AppOptions): Promise<App> {
  const prisma = createPrisma(pool);
  const encryption = createEncryption(secrets);
  const plugin = config.rbacPlugin ?? undefined;
  const rbac = await createRbac({ pool, secrets, encryption, plugin, log: createPluginLog(log) });
  const rates = createRates(pool, config.rateLimits);
  const auditLater = createAuditBuffer(pool, (err) => log.error({ err }, "audit rows were lost"));
  const routes = readRouteTable(build);
  const services: AppServices = {
    config,
    pool,
    prisma,
    rbac,
    secrets,
    encryption,
    rates,
    auditLater,
    ledger: createTokenLedger(pool, config.rateLimits ? MOST_LIVE_TOKENS : null),
    log,
    routes: routes.api,
  };
  const front = createFront({ services, build, routes, assetsFolder });
  return {
    fetch: front.fetch,
    async close() {
      await auditLater.flush();
      await rbac.close();
      await prisma.$disconnect();
    },
  };
}
