import { inTransaction } from "@trigger.dev/database";
import { explainAnalyzed, rowsRead } from "@trigger.dev/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { LOCK_DEQUEUE, TAKE_NEXT } from "./take-next.js";
import { startEngineWorld } from "./test-world/engine-world.js";

let world: Awaited<ReturnType<typeof startEngineWorld>>;
beforeAll(async () => {
  world = await startEngineWorld();
});
afterAll(() => world?.stop());

const RUNS = `
  INSERT INTO run (environment_id, id, task_identifier, status, payload_type, queue, options, created_at)
  SELECT $1, $2 || n, 'a', $3::run_status, 'application/json', 'task/a', '{}', now() FROM generate_series(1, $4::integer) n`;
const ITEMS = `
  INSERT INTO queue_item (environment_id, run_id, task_identifier, queue, state, position, ready_at)
  SELECT environment_id, id, task_identifier, queue, 'WAITING', created_at, created_at
  FROM run WHERE environment_id = $1 AND status = 'QUEUED'`;

it("reads little more than the runs that it takes, of an environment that the statistics do not know as well", async () => {
  const { pool } = world;
  const [known, unknown] = [await world.newEnvironment(), await world.newEnvironment()];
  await pool.query(RUNS, [known.id, "run_known_", "COMPLETED", 20_000]);
  await pool.query(RUNS, [known.id, "run_waiting_", "QUEUED", 2000]);
  await pool.query(ITEMS, [known.id]);
  await pool.query("VACUUM ANALYZE run, queue_item, run_snapshot, task_queue");
  await pool.query(RUNS, [unknown.id, "run_over_", "COMPLETED", 3000]);
  await pool.query(RUNS, [unknown.id, "run_new_", "QUEUED", 3000]);
  await pool.query(ITEMS, [unknown.id]);
  for (const { id, worker } of [known, unknown]) {
    const snapshots = Array.from({ length: 10 }, (_, turn) => `snapshot_${id}_${turn}`);
    const now = new Date();
    const values = [id, ["a"], worker.version, 10, 300, worker.id, snapshots, now, now, "taken"];
    const read = await inTransaction(pool, async (client) => {
      await client.query(LOCK_DEQUEUE, [id]);
      return rowsRead(await explainAnalyzed(client, TAKE_NEXT, values));
    });
    expect(read).toBeLessThan(200);
    const { rows } = await pool.query("SELECT 1 FROM run WHERE environment_id = $1 AND status = 'DEQUEUED'", [id]);
    expect(rows).toHaveLength(10);
  }
});
