import { makeWorld } from "../runs/world.js";
import type { Ours } from "../servers.js";
import { benchDrain } from "./drain.js";
import { benchIngest } from "./ingest.js";

const INGEST = "errors: fail to counted";
const DRAIN = "errors: drain";
/** Developers whose runs fail at once, each in an environment of their own. */
const PLACES = 4;

/** Figures of counting failures: `npm run bench -- errors`. */
export async function benchErrors(ours: Ours, isWanted: (name: string) => boolean): Promise<void> {
  if (isWanted(INGEST)) {
    process.stdout.write("\nFailures at 16 connections, beside successes over the same route.\n\n");
    const world = await makeWorld(ours, PLACES);
    try {
      await benchIngest(world, INGEST);
    } finally {
      await world.pool.end();
    }
  }
  if (!isWanted(DRAIN)) return;
  process.stdout.write("\nOne flusher, beside a bare PostgreSQL that adds the same to one table of counters.\n\n");
  await benchDrain(ours.databaseUrl, DRAIN);
}
