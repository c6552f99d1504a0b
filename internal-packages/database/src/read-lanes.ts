import { Client, type QueryResult, type QueryResultRow } from "pg";

/** A statement that PostgreSQL parses once a connection. */
export type NamedStatement = { name: string; text: string; values?: unknown[] };

/** Runs single named statements that only read. */
export type ReadLanes = {
  query: <Row extends QueryResultRow>(statement: NamedStatement) => Promise<QueryResult<Row>>;
  end: () => Promise<void>;
};

export type ReadLanesSettings = {
  url: string;
  /** Connections; 2 unless given. */
  lanes?: number;
  applicationName?: string;
  /** Told when a connection breaks; the next statement opens another. */
  onError?: (error: Error) => void;
};

type Lane = { client: Client; ready: Promise<unknown> };

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
  const lanes: (Lane | null)[] = Array.from({ length: count }, () => null);
  let current = 0;
  let isTurnTaken = false;
  let ended = false;

  const open = (index: number): Lane => {
    const settings = {
      connectionString: url,
      application_name: applicationName,
      connectionTimeoutMillis: 10_000,
      statement_timeout: 30_000,
      keepAlive: true,
      pipeline: true,
    };
    const client = new Client(settings);
    const lane: Lane = { client, ready: client.connect() };
    const drop = () => {
      if (lanes[index] === lane) lanes[index] = null;
    };
    client.on("end", drop);
    client.on("error", (error) => {
      drop();
      // The whole client can hang on it, with the key that cancels its queries: nothing for a log.
      Reflect.deleteProperty(error, "client");
      if (!ended) onError?.(error);
    });
    lane.ready.catch(drop);
    lanes[index] = lane;
    return lane;
  };

  /** What is asked until the turn of the event loop ends goes down one lane, and leaves as one. */
  const takeTurn = () => {
    if (isTurnTaken) return;
    isTurnTaken = true;
    current = (current + 1) % count;
    const { stream } = (lanes[current] ?? open(current)).client.connection;
    stream.cork();
    setImmediate(() => {
      isTurnTaken = false;
      stream.uncork();
    });
  };

  return {
    async query(statement) {
      if (ended) throw new Error("the read lanes have ended");
      takeTurn();
      const lane = lanes[current] ?? open(current);
      await lane.ready;
      return lane.client.query(statement);
    },
    async end() {
      ended = true;
      await Promise.all(lanes.map((lane) => lane?.client.end()));
    },
  };
}
