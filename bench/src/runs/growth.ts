import { printAtMost } from "../report.js";
import { removeDataDir, startOurs, temporaryDataDir } from "../servers.js";
import { driveEach } from "./drive-each.js";
import { LISTS, listRequests } from "./lists.js";
import { loadFinished } from "./load-finished.js";
import { measureInTurn, type Sizes } from "./sizes.js";
import { prepareDequeues } from "./steps.js";
import { makeWorld, type RunsWorld } from "./world.js";

const DEQUEUE = "runs: dequeue after a million";
export const GROWTH = [DEQUEUE, ...LISTS];

const FEW = 1000;
const SOME = 10_000;
const MANY = 1_000_000;
const DEQUEUES = 160;

/**
 * What must not grow with the runs that are over: dequeues from a thousand on, lists from ten thousand on. The small
 * number is in a server and a database of its own.
 */
export async function benchGrowth(root: string, large: RunsWorld, isWanted: (name: string) => boolean): Promise<void> {
  const dataDir = await temporaryDataDir();
  const ours = await startOurs(root, dataDir);
  const small = await makeWorld(ours, large.places.length);
  try {
    await loadFinished(small.pool, small.places[0], 0, FEW);
    await loadFinished(large.pool, large.places[0], 0, MANY);
    if (isWanted(DEQUEUE)) await benchDequeues({ small, large });
    await loadFinished(small.pool, small.places[0], FEW, SOME);
    await benchLists({ small, large }, isWanted);
  } finally {
    await small.pool.end();
    await ours.stop();
    await removeDataDir(dataDir);
  }
}

/** The time of one of the dequeues of ten runs that 16 connections ask for. */
async function benchDequeues(sizes: Sizes): Promise<void> {
  const measured = await measureInTurn(sizes, 11, async (world) => {
    const { seconds } = await driveEach(world.origin, await prepareDequeues(world, DEQUEUES));
    return (1000 * seconds) / DEQUEUES;
  });
  printAtMost({ name: DEQUEUE, unit: "ms", digits: 2, ...measured, atMost: 1.5 });
}

/** The 99th percentile of each filtered list at 16 connections. */
async function benchLists(sizes: Sizes, isWanted: (name: string) => boolean): Promise<void> {
  for (const [name, requestsOf] of listRequests(isWanted)) {
    const measured = await measureInTurn(sizes, 5, async (world) => {
      const { p99Ms } = await driveEach(world.origin, requestsOf(world.places[0]));
      return p99Ms;
    });
    printAtMost({ name, unit: "ms p99", digits: 1, ...measured, atMost: 3 });
  }
}
