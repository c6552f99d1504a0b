import { median } from "../compare.js";
import { printAtMost } from "../report.js";
import { driveEach } from "./drive-each.js";
import { LISTS, measureLists } from "./lists.js";
import { loadFinished } from "./load-finished.js";
import { DEQUEUE_WRITES, prepareDequeues } from "./steps.js";
import type { RunsWorld } from "./world.js";

const DEQUEUE = "runs: dequeue after a million";
export const GROWTH = [DEQUEUE, ...LISTS];

const FEW = 1000;
const SOME = 10_000;
const MANY = 1_000_000;
const ROUNDS = 5;
const DEQUEUES = 160;

/** What must not grow with the runs that are over: dequeues from a thousand on, lists from ten thousand on. */
export async function benchGrowth(
  world: RunsWorld,
  floorUrl: string,
  isWanted: (name: string) => boolean,
): Promise<void> {
  const { pool, places } = world;
  const [place] = places;
  await loadFinished(pool, place, 0, FEW);
  const dequeuedOfFew = await measureDequeues(world, floorUrl);
  await loadFinished(pool, place, FEW, SOME);
  const listsOfSome = await measureLists(world, isWanted);
  await loadFinished(pool, place, SOME, MANY);
  const dequeuedOfMany = await measureDequeues(world, floorUrl);
  const unit = "% of the floor's time";
  printAtMost({ name: DEQUEUE, unit, ours: dequeuedOfMany, yardstick: dequeuedOfFew, atMost: 1.5 });
  for (const [filter, ours] of await measureLists(world, isWanted)) {
    printAtMost({ name: filter, unit: "ms p99", ours, yardstick: listsOfSome.get(filter) ?? Number.NaN, atMost: 3 });
  }
}

/**
 * The time that dequeues of ten runs take at 16 connections, as a percentage of what the floor takes to write as many
 * rows just before: so that whatever else the machine does then hits both.
 */
async function measureDequeues(world: RunsWorld, floorUrl: string): Promise<number> {
  const floorRequest = { path: `/${DEQUEUE_WRITES}`, token: "none", body: {} };
  const floorRequests = Array.from({ length: DEQUEUES }, () => floorRequest);
  const shares: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const floor = await driveEach(floorUrl, floorRequests);
    const ours = await driveEach(world.origin, await prepareDequeues(world, DEQUEUES));
    // The first round warms up.
    if (round > 0) shares.push((100 * ours.seconds) / floor.seconds);
  }
  return median(shares);
}
