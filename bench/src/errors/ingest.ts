import { median } from "../compare.js";
import { printAtLeast } from "../report.js";
import { driveEach, type Request } from "../runs/drive-each.js";
import { emptyQueues, loadQueued, startAll } from "../runs/load-runs.js";
import type { Place, RunsWorld } from "../runs/world.js";
import { errorOf, skewed } from "./causes.js";

const ROUNDS = 9;
const RUNS_A_ROUND = 6000;
const CAUSES = 1000;

/** What a worker sends in the end of the `turn`th run. */
type Completion = (turn: number) => object;

const succeeded: Completion = () => ({ ok: true, output: '{"greeting":"Hello Ada"}', outputType: "application/json" });
const failed: Completion = (turn) => ({ ok: false, error: errorOf(skewed(turn, CAUSES), turn) });

/** As many attempts under way as there are runs in a round, over all places. */
async function prepare({ pool, places }: RunsWorld, completion: Completion): Promise<Request[]> {
  await emptyQueues(pool);
  const requests: Request[] = [];
  for (const place of places) {
    await loadQueued(pool, place, Math.ceil(RUNS_A_ROUND / places.length));
    for (const attempt of await startAll(pool, place)) {
      requests.push(requestOf(place, attempt, completion(requests.length)));
    }
  }
  return requests;
}

const requestOf = (
  { apiKey }: Place,
  { runId, snapshotId }: { runId: string; snapshotId: string },
  completion: object,
): Request => ({
  path: `/engine/v1/dev/runs/${runId}/snapshots/${snapshotId}/attempts/complete`,
  token: apiKey,
  body: { completion: { id: runId, usage: { durationMs: 5 }, ...completion } },
});

/** Reads errors in each place, which comes after everything that was answered is counted. */
async function readErrors({ origin, places }: RunsWorld): Promise<void> {
  for (const { apiKey } of places) {
    const response = await fetch(`${origin}/api/v1/errors?page[size]=1`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    if (!response.ok) throw new Error(`errors were answered with ${response.status}`);
    await response.arrayBuffer();
  }
}

/**
 * Failures, from `attempts/complete` to durable and counted, beside successes over the same route, in turn. The time of
 * failures goes on until lists of errors, read at the end, hold all of them.
 * @throws when a list came before what was answered was counted
 */
export async function benchIngest(world: RunsWorld, name: string): Promise<void> {
  const rounds: { ours: number; yardstick: number }[] = [];
  const perSecond = async (completion: Completion, whenAnswered?: () => Promise<void>) => {
    const requests = await prepare(world, completion);
    const { seconds } = await driveEach(world.origin, requests);
    const answeredAt = performance.now();
    await whenAnswered?.();
    return requests.length / (seconds + (performance.now() - answeredAt) / 1000);
  };
  for (let round = 0; round <= ROUNDS; round++) {
    const yardstick = await perSecond(succeeded);
    const ours = await perSecond(failed, () => readErrors(world));
    const { rows } = await world.pool.query<{ left: number }>("SELECT count(*)::int AS left FROM error_outbox");
    if (rows[0]?.left !== 0) throw new Error(`${rows[0]?.left} failures were not counted when errors were read`);
    // The first round warms both up.
    if (round > 0) rounds.push({ ours, yardstick });
  }
  printAtLeast({
    name,
    ours: median(rounds.map(({ ours }) => ours)),
    yardstick: median(rounds.map(({ yardstick }) => yardstick)),
    ratio: median(rounds.map(({ ours, yardstick }) => ours / yardstick)),
    atLeast: 0.7,
  });
}
