import type { Pool } from "pg";
import { type Comparison, median } from "../compare.js";
import { printAtLeast } from "../report.js";
import { driveEach, type Request } from "./drive-each.js";
import { emptyQueues, loadQueued, startAll } from "./load-runs.js";
import { type Place, type RunsWorld, TASK } from "./world.js";

const ROUNDS = 3;
const RUNS_A_ROUND = 4000;
const AT_LEAST = 0.3;
/** What one dequeue hands out at most. */
const DEQUEUED_AT_ONCE = 10;
/** Of each of ten runs: itself, its place in the queue, a snapshot; and the turn of the queue. */
const DEQUEUE_WRITES = 3 * DEQUEUED_AT_ONCE + 1;

export const STEPS = ["runs: trigger to stored", "runs: dequeue", "runs: complete"] as const;

interface Step {
  name: (typeof STEPS)[number];
  /** Rows that one request inserts, updates or deletes. */
  writes: number;
  requests: number;
  /** Makes ready what the requests are about. */
  prepare(requests: number): Promise<Request[]>;
}

const PAYLOAD = JSON.stringify({ json: { name: "Ada" } });
const OUTPUT = JSON.stringify({ json: { greeting: "Hello Ada", length: 9 } });

const triggerOf = ({ apiKey }: Place): Request => ({
  path: `/api/v1/tasks/${TASK}/trigger`,
  token: apiKey,
  body: { payload: PAYLOAD, options: { payloadType: "application/super+json" } },
});

const dequeueOf = ({ apiKey, workerId }: Place): Request => ({
  path: "/engine/v1/dev/dequeue",
  token: apiKey,
  body: { currentWorker: workerId, oldWorkers: [] },
});

const completionOf = ({ apiKey }: Place, { runId, snapshotId }: { runId: string; snapshotId: string }): Request => ({
  path: `/engine/v1/dev/runs/${runId}/snapshots/${snapshotId}/attempts/complete`,
  token: apiKey,
  body: {
    completion: {
      ok: true,
      id: runId,
      output: OUTPUT,
      outputType: "application/super+json",
      usage: { durationMs: 5 },
    },
  },
});

/** As many as are wanted, of each place in turn. */
const inTurn = (places: RunsWorld["places"], count: number, requestOf: (place: Place) => Request): Request[] =>
  Array.from({ length: count }, (_, turn) => requestOf(places[turn % places.length] ?? places[0]));

/** Queues the same number of runs in each place, `total` or a few more. */
async function loadEverywhere(pool: Pool, places: RunsWorld["places"], total: number): Promise<void> {
  await emptyQueues(pool);
  for (const place of places) await loadQueued(pool, place, Math.ceil(total / places.length));
}

/** Requests that take everything that is then queued, so many runs each as one hands out at most. */
export async function prepareDequeues({ pool, places }: RunsWorld, requests: number): Promise<Request[]> {
  await loadEverywhere(pool, places, requests * DEQUEUED_AT_ONCE);
  return inTurn(places, requests, dequeueOf);
}

function stepsOf(world: RunsWorld): Step[] {
  const { pool, places } = world;
  return [
    {
      // The run, its place in the queue, its first snapshot.
      name: "runs: trigger to stored",
      writes: 3,
      requests: RUNS_A_ROUND,
      prepare: async (requests) => inTurn(places, requests, triggerOf),
    },
    {
      name: "runs: dequeue",
      writes: DEQUEUE_WRITES,
      requests: RUNS_A_ROUND / DEQUEUED_AT_ONCE,
      prepare: (requests) => prepareDequeues(world, requests),
    },
    {
      // The run, its attempt, its place in the queue, a snapshot.
      name: "runs: complete",
      writes: 4,
      requests: RUNS_A_ROUND,
      async prepare(requests) {
        await loadEverywhere(pool, places, requests);
        const completions: Request[] = [];
        for (const place of places) {
          const attempts = await startAll(pool, place);
          completions.push(...attempts.map((attempt) => completionOf(place, attempt)));
        }
        return completions.slice(0, requests);
      },
    },
  ];
}

/** Each step of a run, beside a floor that writes as many single rows, in turn. */
export async function benchSteps(
  world: RunsWorld,
  floorUrl: string,
  isWanted: (name: string) => boolean,
): Promise<void> {
  for (const step of stepsOf(world)) {
    if (isWanted(step.name)) printAtLeast(await compareStep(world, floorUrl, step));
  }
}

async function compareStep({ origin }: RunsWorld, floorUrl: string, step: Step): Promise<Comparison> {
  const floorRequest = { path: `/${step.writes}`, token: "none", body: { payload: PAYLOAD } };
  const floorRequests = Array.from({ length: step.requests }, () => floorRequest);
  const perSecond = async (at: string, requests: readonly Request[]) =>
    requests.length / (await driveEach(at, requests)).seconds;
  const rounds: { ours: number; yardstick: number }[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const yardstick = await perSecond(floorUrl, floorRequests);
    const ours = await perSecond(origin, await step.prepare(step.requests));
    // The first round warms both up.
    if (round > 0) rounds.push({ ours, yardstick });
  }
  return {
    name: step.name,
    ours: median(rounds.map(({ ours }) => ours)),
    yardstick: median(rounds.map(({ yardstick }) => yardstick)),
    ratio: median(rounds.map(({ ours, yardstick }) => ours / yardstick)),
    atLeast: AT_LEAST,
  };
}
