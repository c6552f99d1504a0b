import { Client, type PoolClient } from "pg";
import type { RunKey } from "./engine-context.js";
import type { LockedRun } from "./locked-run.js";

const CHANNEL = "run_changed";
const RECONNECT_MS = 1000;

/** Tells every server process, once the transaction is committed, that a worker should look at this run. */
export async function notifyRun(client: PoolClient, run: LockedRun): Promise<void> {
  await client.query("SELECT pg_notify($1, $2)", [CHANNEL, `${run.environmentId} ${run.id}`]);
}

export interface RunListener {
  close(): Promise<void>;
}

/**
 * Listens to what any process says of runs, over a connection of its own that is made anew when it breaks.
 * What was said in between is lost: workers also ask by themselves.
 */
export function listenToRuns(url: string, onRun: (run: RunKey) => void): RunListener {
  let closed = false;
  let current: Client | undefined;
  let timer: NodeJS.Timeout | undefined;

  const again = () => {
    if (!closed) timer = setTimeout(() => void connect(), RECONNECT_MS);
  };
  const connect = async () => {
    const client = new Client({ connectionString: url, application_name: "trigger.dev runs", keepAlive: true });
    current = client;
    let ended = false;
    const end = () => {
      if (ended) return;
      ended = true;
      client.end().catch(() => {});
      again();
    };
    client.on("error", end);
    client.on("end", end);
    client.on("notification", ({ payload = "" }) => {
      const [environmentId = "", runId = ""] = payload.split(" ");
      onRun({ environmentId, runId });
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
    } catch {
      end();
    }
  };
  void connect();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await current?.end().catch(() => {});
    },
  };
}
