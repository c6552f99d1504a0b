import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startSweeper, type Sweeper } from "./sweeper.js";
import { startEngineWorld } from "./test-world/engine-world.js";

let world: Awaited<ReturnType<typeof startEngineWorld>>;
let sweeper: Sweeper;
let sweeps = 0;
/** Runs within the next sweep. */
let within: (() => Promise<void>) | null = null;
const chore = async () => undefined;
const everySecond = async () => {
  const deed = within;
  within = null;
  await deed?.();
  sweeps += 1;
};

beforeAll(async () => {
  world = await startEngineWorld();
  world.pool.on("error", () => undefined);
  sweeper = await startSweeper(world.engine, {
    chores: { everySecond, everyMinute: chore, everyHour: chore },
    onError: () => undefined,
    onMessage: () => undefined,
  });
});
afterAll(async () => {
  await sweeper?.close();
  await world?.stop();
});

/** From now on, and for two seconds, what the job library writes down waits, and its connections break. */
async function breakWrites(): Promise<{ over: Promise<void> }> {
  const client = await world.pool.connect();
  await client.query("BEGIN");
  await client.query("LOCK TABLE graphile_worker._private_jobs IN EXCLUSIVE MODE");
  const breakAll = async () => {
    for (let round = 0; round < 100; round++) {
      await sleep(20);
      await client.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
      );
    }
    await client.query("COMMIT");
    client.release();
  };
  return { over: breakAll() };
}

const nextSweep = async () => {
  const before = sweeps;
  await expect.poll(() => sweeps, { timeout: 30_000 }).toBeGreaterThan(before);
};

it("goes on after its connections broke while it wrote down what was done", { timeout: 90_000 }, async () => {
  await nextSweep();
  // Vitest fails the file for a rejection that nobody takes.
  const broken = new Promise<void>((resolve, reject) => {
    within = async () => {
      const { over } = await breakWrites();
      over.then(resolve, reject);
    };
  });
  await broken;
  const before = sweeps;
  await nextSweep();
  await nextSweep();
  expect(sweeps).toBeGreaterThan(before + 1);
});
