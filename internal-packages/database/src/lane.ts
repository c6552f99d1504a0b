import { Client, Query, type QueryResult, type QueryResultRow } from "pg";

/** A statement that PostgreSQL parses once a connection. */
export type NamedStatement = { name: string; text: string; values?: unknown[] };

/** Where single named statements are asked: the lanes here, or a pool. */
export type Statements = {
  query: <Row extends QueryResultRow>(statement: NamedStatement) => Promise<QueryResult<Row>>;
};

export type LaneSettings = {
  url: string;
  applicationName: string;
  /** Statements go out without waiting for the answers to those before them. */
  pipeline?: boolean;
  /** SQL that sets a new connection up. */
  setUp?: string;
  /** Told when the connection breaks; the next statement opens another. */
  onError?: ((error: Error) => void) | undefined;
};

/** A connection that is open, or about to be. */
export type OpenLane = { client: Client; ready: Promise<unknown>; isReady: boolean };

/** One connection: opened for the first statement, and anew for the next one after it broke. */
export type Lane = {
  open: () => OpenLane;
  end: () => Promise<void>;
};

/** As `client.query`, which would copy the statement property by property, at more than its parsing costs. */
export const ask = <Row extends QueryResultRow>(
  client: Client,
  { name, text, values }: NamedStatement,
): Promise<QueryResult<Row>> =>
  new Promise((resolve, reject) => {
    const query = new Query<Row, unknown[]>(text, values ?? [], (error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
    // The types do not know it; what is prepared once a connection has a name.
    client.query(Object.assign(query, { name }));
  });

export function createLane({ url, applicationName, pipeline = false, setUp, onError }: LaneSettings): Lane {
  let current: OpenLane | null = null;
  let ended = false;

  const connect = (): OpenLane => {
    const settings = {
      connectionString: url,
      application_name: applicationName,
      connectionTimeoutMillis: 10_000,
      statement_timeout: 30_000,
      keepAlive: true,
      pipeline,
    };
    const client = new Client(settings);
    const ready = client.connect().then(() => (setUp === undefined ? undefined : client.query(setUp)));
    const lane: OpenLane = { client, ready, isReady: false };
    const drop = () => {
      if (current === lane) current = null;
    };
    client.on("end", drop);
    client.on("error", (error) => {
      drop();
      // The whole client can hang on it, with the key that cancels its queries: nothing for a log.
      Reflect.deleteProperty(error, "client");
      if (!ended) onError?.(error);
    });
    ready.then(
      () => (lane.isReady = true),
      () => {
        drop();
        // It is connected where only the set-up failed.
        void client.end().catch(() => {});
      },
    );
    return lane;
  };

  return {
    open() {
      if (ended) throw new Error("the lanes have ended");
      current ??= connect();
      return current;
    },
    async end() {
      ended = true;
      await current?.client.end();
    },
  };
}
