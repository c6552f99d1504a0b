import type { Ours } from "../servers.js";
import { benchGrowth, GROWTH } from "./growth.js";
import { benchLatency, LATENCY } from "./latency.js";
import { benchSteps, STEPS } from "./steps.js";
import { makeWorld } from "./world.js";

/** Developers that work at once, each in an environment of their own. */
const PLACES = 16;

/** Figures of executing runs: `npm run bench -- runs:`. Those of a million runs take minutes to make ready. */
export async function benchRuns(
  root: string,
  ours: Ours,
  floorUrl: string,
  isWanted: (name: string) => boolean,
): Promise<void> {
  if (![...STEPS, LATENCY, ...GROWTH].some(isWanted)) return;
  process.stdout.write(
    "\nRuns at 16 connections, beside a floor of node:http and pg that writes as many single rows in each request.\n\n",
  );
  const world = await makeWorld(ours, PLACES);
  try {
    await benchSteps(world, floorUrl, isWanted);
    if (isWanted(LATENCY)) await benchLatency(world);
    if (GROWTH.some(isWanted)) await benchGrowth(root, world, isWanted);
  } finally {
    await world.pool.end();
  }
}
