import type { Ours } from "../servers.js";
import { benchSteps } from "./steps.js";
import { makeWorld } from "./world.js";

const NAMES = ["runs: trigger to stored", "runs: dequeue", "runs: complete"];
/** Developers that work at once, each in an environment of their own. */
const PLACES = 16;

/** Figures of executing runs: `npm run bench -- runs`. */
export async function benchRuns(ours: Ours, floorUrl: string, isWanted: (name: string) => boolean): Promise<void> {
  if (![...NAMES].some(isWanted)) return;
  process.stdout.write(
    "\nRuns at 16 connections, beside a floor of node:http and pg that writes as many single rows in each request.\n\n",
  );
  const world = await makeWorld(ours, PLACES);
  try {
    await benchSteps(world, floorUrl, isWanted);
  } finally {
    await world.pool.end();
  }
}
