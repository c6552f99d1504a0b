import type { PrismaClient, ReadLanes } from "@trigger.dev/database";
import type { ErrorStore } from "@trigger.dev/error-store";
import type { RbacController } from "@trigger.dev/plugins/rbac";
import type { Encryption, Secrets } from "@trigger.dev/rbac";
import type { EngineContext } from "@trigger.dev/run-engine";
import type { Pool } from "pg";
import type { Logger } from "pino";
import type { Config } from "../../server/config.js";
import type { AuditKey } from "../audit/audit-key.server.js";
import type { Refusals } from "../audit/refusals.server.js";
import type { Witness } from "../audit/witness.server.js";
import type { AuditBuffer } from "../services/audit.server.js";
import type { TokenLedger } from "../services/token-ledger.server.js";
import type { Door } from "./door.js";
import type { Rates } from "./rates.js";
import type { RouteEntry } from "./route-entry.js";

/** Where lists are read that may lag a moment behind: a read replica, or the database itself. Nothing is decided by it. */
export interface ListSource {
  pool: Pool;
  reader: Pick<ReadLanes, "query">;
}

/** What lives as long as the server process. */
export interface AppServices {
  config: Config;
  pool: Pool;
  /** For hot named statements that only read: many are under way at once on a few connections. */
  reader: ReadLanes;
  lists: ListSource;
  prisma: PrismaClient;
  rbac: RbacController;
  secrets: Secrets;
  encryption: Encryption;
  rates: Rates;
  door: Door;
  auditKey: AuditKey;
  auditLater: AuditBuffer;
  witness: Witness;
  refusals: Refusals;
  ledger: TokenLedger;
  engine: EngineContext;
  /** Counts failed runs in their groups. */
  errors: ErrorStore;
  /** Aborted when the server begins to stop: answers that would go on for ever end. */
  stopping: AbortSignal;
  /** Every URL of the API, as the build has them. */
  routes: readonly RouteEntry[];
  log: Logger;
}

/** What the HTTP front knows of one request before any route runs. */
export interface RequestFacts {
  requestId: string;
  /** The peer, or what a trusted proxy says of it. */
  clientAddress: string;
  /** The request carried more than one Authorization header. */
  duplicateAuthorization: boolean;
  /** The whole request is here. Node ends the body of one that it cannot parse to its end as if that were its end. */
  hasArrived(): boolean;
}

/** Everything a loader, an action or a service needs: handed down, never imported. */
export type AppContext = AppServices & RequestFacts;

declare module "@remix-run/node" {
  interface AppLoadContext extends AppServices, RequestFacts {}
}
