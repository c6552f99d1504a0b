import type { PluginLog } from "@trigger.dev/plugins/rbac";
import type { Pool } from "pg";
import type { Encryption } from "../encryption.js";
import type { Secrets } from "../secrets.js";
import type { UsageRecorder } from "../usage-recorder.js";

/** What every resolver stands on. */
export interface ResolverContext {
  pool: Pool;
  secrets: Secrets;
  encryption: Encryption;
  usage: UsageRecorder;
  log: PluginLog;
  /** Epoch milliseconds. */
  now: () => number;
}
