import type { Statements } from "@trigger.dev/database";
import type { Pool } from "pg";
import type { Together } from "./together.js";

export interface EngineSettings {
  /** How long a worker may be silent about a run. */
  leaseMs: number;
  /** Runs of one environment at once. */
  environmentConcurrency: number;
}

/** What an engine is made of. */
export interface EngineResources {
  pool: Pool;
  /** Where steps of many runs at once go, each a single statement. */
  writer: Statements;
  settings: EngineSettings;
}

/** What every operation of the engine needs. */
export interface EngineContext {
  pool: Pool;
  settings: EngineSettings;
  together: Together;
}

/** One run. No operation finds a run by its id alone. */
export interface RunKey {
  environmentId: string;
  runId: string;
}
