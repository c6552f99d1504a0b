import type { Pool } from "pg";
import type { EngineContext, EngineSettings } from "./engine-context.js";
import { createTogether } from "./together.js";

/** The engine of one process. */
export const createEngine = (pool: Pool, settings: EngineSettings): EngineContext => ({
  pool,
  settings,
  together: createTogether(pool, settings),
});
