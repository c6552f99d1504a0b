import type { QueryResult, QueryResultRow } from "pg";
import { ask, createLane, type NamedStatement, type OpenLane, type Statements } from "./lane.js";

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

interface Turn {
  lane: OpenLane;
  asked: Map<string, Promise<QueryResult>>;
}

/** The same for the same question: a parameter of a statement has one type, so that no two kinds of values meet. */
const keyOf = ({ name, values = [] }: NamedStatement): string =>
  JSON.stringify([name, ...values.map((value) => (Buffer.isBuffer(value) ? value.toString("base64") : value))]);

/**
 * A few connections on which the statements of many requests are under way at once (PostgreSQL's pipeline mode), and
 * those of one turn of the event loop go out in one packet: half the work of a connection each. What is asked twice in
 * one turn is asked once, and answered to both: it leaves after the turn, so that the answer is never older than its
 * question. Only for quick reads that take no locks, as a statement waits for those before it on its lane, and for rows
 * that nobody changes.
 */
export function createReadLanes({
  url,
  lanes: count = 2,
  applicationName = "trigger.dev lanes",
  onError,
}: ReadLanesSettings): ReadLanes {
  const lanes = Array.from({ length: count }, () => createLane({ url, applicationName, pipeline: true, onError }));
  let next = 0;
  let turn: Turn | null = null;

  /** What is asked until the turn of the event loop ends goes down one lane, and leaves as one. */
  const takeTurn = (): Turn => {
    if (turn !== null) return turn;
    next = (next + 1) % count;
    const lane = lanes[next]?.open();
    if (lane === undefined) throw new RangeError("lanes must be at least 1");
    const { stream } = lane.client.connection;
    stream.cork();
    setImmediate(() => {
      turn = null;
      stream.uncork();
    });
    turn = { lane, asked: new Map() };
    return turn;
  };

  return {
    async query<Row extends QueryResultRow>(statement: NamedStatement): Promise<QueryResult<Row>> {
      const { lane, asked } = takeTurn();
      const key = keyOf(statement);
      const answer = asked.get(key) ?? lane.ready.then(() => ask(lane.client, statement));
      asked.set(key, answer);
      return answer;
    },
    async end() {
      await Promise.all(lanes.map((lane) => lane.end()));
    },
  };
}
