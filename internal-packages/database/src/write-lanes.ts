import { ask, createLane, type Lane, type Statements } from "./lane.js";

/** Runs single named statements that write; each is a transaction. */
export type WriteLanes = Statements & { end: () => Promise<void> };

export type WriteLanesSettings = {
  url: string;
  /** Connections at most; 4 unless given. Each is opened when all before it are busy. */
  lanes?: number;
  applicationName?: string;
  /** Told when a connection breaks; the next statement opens another. */
  onError?: (error: Error) => void;
};

/**
 * A few connections for group commits. A statement leaves in the very moment in which it is asked, where a pool would
 * hand out a connection a turn later, and its plan is made once for a connection: what these statements do is to insert
 * rows and to find rows by their keys, and planning that anew for each batch took as long as doing it.
 */
export function createWriteLanes({
  url,
  lanes: count = 4,
  applicationName = "trigger.dev writes",
  onError,
}: WriteLanesSettings): WriteLanes {
  const setUp = "SET plan_cache_mode = force_generic_plan";
  const lanes = Array.from({ length: count }, () => ({
    lane: createLane({ url, applicationName, setUp, onError }),
    underWay: 0,
  }));

  const leastBusy = (): { lane: Lane; underWay: number } => {
    const [first, ...others] = lanes;
    if (first === undefined) throw new RangeError("lanes must be at least 1");
    return others.reduce((least, other) => (other.underWay < least.underWay ? other : least), first);
  };

  return {
    async query(statement) {
      const chosen = leastBusy();
      chosen.underWay++;
      try {
        const { client, ready, isReady } = chosen.lane.open();
        if (!isReady) await ready;
        return await ask(client, statement);
      } finally {
        chosen.underWay--;
      }
    },
    async end() {
      await Promise.all(lanes.map(({ lane }) => lane.end()));
    },
  };
}
