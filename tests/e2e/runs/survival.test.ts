import { setTimeout as sleep } from "node:timers/promises";
import { makeTempDir, startApp, startTestDatabase, type TestApp, type TestDatabase } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { devClient, type DevClient } from "../support/dev-client.js";

const RUNS = 150;
const SETTLE_MS = 60_000;

let database: TestDatabase;
let dataDir: string;
let steady: TestApp;
let fragile: TestApp;

const start = () =>
  startApp({
    dataDir,
    databaseUrl: database.url,
    env: { RUN_LEASE_SECONDS: "2", RATE_LIMITS: "off", LOG_LEVEL: "error" },
  });

beforeAll(async () => {
  database = await startTestDatabase();
  dataDir = await makeTempDir("survival");
  steady = await start();
  fragile = await start();
});

afterAll(async () => {
  await fragile?.stop();
  await steady?.stop();
  await database?.stop();
});

const clientOf = ({ origin, bootstrap }: TestApp): Promise<DevClient> =>
  devClient(origin, { ref: bootstrap.project.ref, apiKey: bootstrap.environments.dev.apiKey });

/** A worker that dies, or loses its server, at any step: it takes, starts and completes, and forgets what it was at. */
async function work(client: DevClient, dies: () => boolean, done: () => boolean): Promise<void> {
  while (!done()) {
    try {
      for (const message of await client.dequeue()) {
        if (dies()) continue;
        const started = await client.start(message);
        if (started.status !== 200 || dies()) continue;
        await client.complete({ runId: message.run.id, snapshotId: started.body.snapshot.id });
      }
    } catch {
      // The server it talked to is gone.
    }
    await sleep(20);
  }
}

describe("two servers on one database, one of them killed while workers die", () => {
  it("lose no run, and complete none twice", async () => {
    const client = await clientOf(steady);
    const doomed = await clientOf(fragile);
    const ids: string[] = [];
    for (let turn = 0; turn < RUNS; turn++) ids.push(await client.trigger());
    let finished = false;
    let steps = 0;
    const sometimes = () => ++steps % 9 === 0;
    const workers = [client, client, doomed, doomed].map((one) => work(one, sometimes, () => finished));
    await sleep(300);
    fragile.child.kill("SIGKILL");
    const count = async () =>
      (
        await database.pool.query<{ status: string }>(
          "SELECT status FROM run WHERE id = ANY($1) AND status <> 'COMPLETED'",
          [ids],
        )
      ).rows.length;
    for (const end = Date.now() + SETTLE_MS; (await count()) > 0 && Date.now() < end;) await sleep(250);
    finished = true;
    await Promise.all(workers);
    expect(await count()).toBe(0);
    const { rows: twice } = await database.pool.query(
      `SELECT run_id FROM run_snapshot WHERE status = 'COMPLETED' GROUP BY run_id HAVING count(*) > 1`,
    );
    expect(twice).toEqual([]);
    const { rows: left } = await database.pool.query("SELECT run_id FROM queue_item");
    expect(left).toEqual([]);
    const { rows: given } = await database.pool.query("SELECT 1 FROM run_attempt WHERE finished_at IS NULL");
    expect(given).toEqual([]);
  });
});
