import type { PluginLog } from "@trigger.dev/plugins/rbac";
import type { QueryResultRow } from "pg";
import type { Encryption } from "../encryption.js";
import type { Secrets } from "../secrets.js";
import type { UsageRecorder } from "../usage-recorder.js";

/** Runs a named statement that only reads: a pool, or something quicker. */
export interface StatementReader {
  query<Row extends QueryResultRow>(statement: {
    name: string;
    text: string;
    values: unknown[];
  }): Promise<{ rows: Row[] }>;
}

/** What every resolver stands on. */
export interface ResolverContext {
  reader: StatementReader;
  secrets: Secrets;
  encryption: Encryption;
  usage: UsageRecorder;
  log: PluginLog;
  /** Epoch milliseconds. */
  now: () => number;
}
