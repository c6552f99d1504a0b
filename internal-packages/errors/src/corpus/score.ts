/** How well keys tell causes apart: of all pairs of errors. */
export interface Score {
  /** Of the pairs in one group, the share that has one cause. */
  readonly precision: number;
  /** Of the pairs of one cause, the share that is in one group. */
  readonly recall: number;
  readonly groupsPerCause: number;
  readonly causes: number;
}

/** The pairwise score of a grouping; `keyOf` names the group of an item. */
export function scoreOf<T extends { cause: string }>(items: readonly T[], keyOf: (item: T) => string): Score {
  const causes = new Map<string, number>();
  const groups = new Map<string, number>();
  const both = new Map<string, number>();
  for (const item of items) {
    const key = keyOf(item);
    increment(causes, item.cause);
    increment(groups, key);
    increment(both, JSON.stringify([item.cause, key]));
  }
  const together = pairsIn(both);
  return {
    precision: together / Math.max(1, pairsIn(groups)),
    recall: together / Math.max(1, pairsIn(causes)),
    groupsPerCause: both.size / Math.max(1, causes.size),
    causes: causes.size,
  };
}

const increment = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

function pairsIn(counts: ReadonlyMap<string, number>): number {
  let pairs = 0;
  for (const count of counts.values()) pairs += (count * (count - 1)) / 2;
  return pairs;
}
