import type { PoolClient } from "pg";
import { addCounts } from "./add-counts.js";
import { applyArrival } from "./apply-lifecycle.js";
import { arrivalsOf } from "./arrivals.js";
import { describeRuns } from "./describe-runs.js";
import { textOfKey } from "./group-key.js";
import type { Kept } from "./kept.js";
import { insertGroups, lockGroups } from "./lock-groups.js";
import type { Arrival } from "./occurrence.js";
import { refreshSamples, wantsSample } from "./refresh-samples.js";
import type { TakenOccurrence } from "./take-occurrences.js";
import { writeStates } from "./write-states.js";

/**
 * Counts what was taken off the outbox, in the same transaction: groups, buckets, where each group stands and its
 * activity. Groups that are missing are made before any is locked, so that processes wait in one order only.
 */
export async function countOccurrences(
  client: PoolClient,
  taken: readonly TakenOccurrence[],
  { kept, now }: { kept: Kept; now: number },
): Promise<void> {
  const unknown = new Set(taken.filter(({ isKnown }) => !isKnown).map(textOfKey));
  const arrivals = arrivalsOf(taken);
  await makeGroups(
    client,
    arrivals.filter((arrival) => unknown.has(textOfKey(arrival))),
  );
  const groups = await lockGroups(client, arrivals);
  const changes = [];
  const stale = [];
  const known = [];
  for (const arrival of arrivals) {
    const group = groups.get(textOfKey(arrival));
    // Its runs were deleted meanwhile, with their environment.
    if (group === undefined) continue;
    known.push(arrival);
    const change = applyArrival(arrival, group, now);
    if (change !== null) changes.push(change);
    if (wantsSample(arrival, group)) stale.push(arrival);
  }
  if (known.length === 0) return;
  await writeStates(client, changes);
  await refreshSamples(client, stale);
  await addCounts(client, known, kept);
}

async function makeGroups(client: PoolClient, arrivals: readonly Arrival[]): Promise<void> {
  const found = await describeRuns(client, arrivals);
  await insertGroups(
    client,
    arrivals.flatMap((arrival) => {
      const described = found.get(textOfKey(arrival));
      return described === undefined ? [] : [{ arrival, described }];
    }),
  );
}
