import { ask, createLane, type Statements } from "./lane.js";

/** Runs single named statements that only read. */
export type ReadLanes = Statements & { end: () => Promise<void> };

export type ReadLanesSettings = {
  url: string;
  /** Connections; 2 unless given. */
  lanes?: number;
  applicationName?: string;
  /** Told when a connection breaks; the next statement opens another. */
  onError?: (error: Error) => void;
};

/**
 * A few connections on which the statements of many requests are under way at once (PostgreSQL's pipeline mode), and
 * those of one turn of the event loop go out in one packet: half the work of a connection each. Only for quick reads
 * that take no locks, as a statement waits for those before it on its lane.
 */
export function createReadLanes({
  url,
  lanes: count = 2,
  applicationName = "trigger.dev lanes",
  onError,
}: ReadLanesSettings): ReadLanes {
  const lanes = Array.from({ length: count }, () => createLane({ url, applicationName, pipeline: true, onError }));
  let next = 0;
  let ofThisTurn: ReturnType<(typeof lanes)[number]["open"]> | null = null;

  /** What is asked until the turn of the event loop ends goes down one lane, and leaves as one. */
  const takeTurn = () => {
    if (ofThisTurn !== null) return ofThisTurn;
    next = (next + 1) % count;
    const lane = lanes[next]?.open();
    if (lane === undefined) throw new RangeError("lanes must be at least 1");
    const { stream } = lane.client.connection;
    stream.cork();
    setImmediate(() => {
      ofThisTurn = null;
      stream.uncork();
    });
    ofThisTurn = lane;
    return lane;
  };

  return {
    async query(statement) {
      const { client, ready } = takeTurn();
      await ready;
      return ask(client, statement);
    },
    async end() {
      await Promise.all(lanes.map((lane) => lane.end()));
    },
  };
}
