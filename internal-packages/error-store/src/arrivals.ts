import { type GroupKey, textOfKey } from "./group-key.js";
import type { Arrival, StoredOccurrence } from "./occurrence.js";

/** The occurrences of a batch by their groups, each group's oldest first; of one instant, in the order of their ids. */
export function arrivalsOf(batch: readonly StoredOccurrence[]): Arrival[] {
  const groups = new Map<string, StoredOccurrence[]>();
  for (const occurrence of batch) {
    const key = textOfKey(occurrence);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [occurrence]);
    else group.push(occurrence);
  }
  return [...groups.values()].flatMap((occurrences) => {
    occurrences.sort((left, right) => left.at.getTime() - right.at.getTime() || (left.runId < right.runId ? -1 : 1));
    const [first, newest] = [occurrences[0], occurrences.at(-1)];
    if (first === undefined || newest === undefined) return [];
    const { environmentId, fingerprint, taskIdentifier } = newest;
    return [{ environmentId, fingerprint, taskIdentifier, occurrences, first, newest }];
  });
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** So many failures of a group, in one piece of time and one version. */
export interface Bucket extends GroupKey {
  at: Date;
  /** Empty for none. */
  version: string;
  count: number;
}

/** The failures since `since` in pieces of `widthMs`, which begin where UTC's do. */
export function bucketsOf(batch: readonly StoredOccurrence[], widthMs: number, since: number): Bucket[] {
  const buckets = new Map<string, Bucket>();
  for (const { environmentId, fingerprint, at, version } of batch) {
    const start = Math.floor(at.getTime() / widthMs) * widthMs;
    if (start < since) continue;
    const key = `${environmentId} ${fingerprint} ${start} ${version ?? ""}`;
    const bucket = buckets.get(key);
    if (bucket !== undefined) bucket.count += 1;
    else buckets.set(key, { environmentId, fingerprint, at: new Date(start), version: version ?? "", count: 1 });
  }
  return [...buckets.values()];
}
