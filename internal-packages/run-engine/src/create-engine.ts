import type { EngineContext, EngineResources } from "./engine-context.js";
import { createTogether } from "./together.js";

/** The engine of one process. */
export const createEngine = ({ pool, writer, settings }: EngineResources): EngineContext => ({
  pool,
  settings,
  together: createTogether({ pool, writer, settings }),
});
