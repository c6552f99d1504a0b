import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { printAtMost } from "../report.js";
import { ask, type RunsWorld, TASK } from "./world.js";

export const LATENCY = "runs: enqueue to start, p50";

const RUNS = 40;
const SOCKET_MS = 150;

const Config = z.object({ dequeueIntervalWithRun: z.number(), dequeueIntervalWithoutRun: z.number() });
const Dequeued = z.object({
  dequeuedMessages: z.array(z.object({ run: z.object({ id: z.string() }), snapshot: z.object({ id: z.string() }) })),
});
const Triggered = z.object({ id: z.string() });

/**
 * From a trigger's departure to the answer of the attempt's start, with one idle worker that asks as `trigger.dev dev`
 * does: the next time so long after the last answer as the server tells it. Its socket says what happens to the runs it
 * has, and brings it none, so this is the figure with and without one.
 */
export async function benchLatency({ origin, places: [place] }: RunsWorld): Promise<void> {
  const token = place.apiKey;
  const config = await ask(Config, { url: `${origin}/engine/v1/dev/config`, token });
  const triggeredAt = new Map<string, number>();
  const startedAt = new Map<string, number>();
  let working = true;
  const work = async () => {
    while (working) {
      const url = `${origin}/engine/v1/dev/dequeue`;
      const body = { currentWorker: place.workerId, oldWorkers: [] };
      const { dequeuedMessages } = await ask(Dequeued, { url, token, body });
      for (const { run, snapshot } of dequeuedMessages) {
        const attempt = `${origin}/engine/v1/dev/runs/${run.id}/snapshots/${snapshot.id}/attempts`;
        const started = await ask(z.object({ snapshot: Triggered }), { url: `${attempt}/start`, token, body: {} });
        startedAt.set(run.id, performance.now());
        const completion = { ok: true, id: run.id, output: "1", outputType: "application/json" };
        const current = attempt.replace(snapshot.id, started.snapshot.id);
        await ask(z.unknown(), { url: `${current}/complete`, token, body: { completion } });
      }
      const { dequeueIntervalWithRun, dequeueIntervalWithoutRun } = config;
      await sleep(dequeuedMessages.length > 0 ? dequeueIntervalWithRun : dequeueIntervalWithoutRun);
    }
  };
  const worker = work();
  for (let turn = 0; turn < RUNS; turn++) {
    // At any moment between two questions.
    await sleep(300 + Math.random() * 300);
    const departed = performance.now();
    const url = `${origin}/api/v1/tasks/${TASK}/trigger`;
    const { id } = await ask(Triggered, { url, token, body: { payload: { name: "Ada" } } });
    triggeredAt.set(id, departed);
  }
  await sleep(1000);
  working = false;
  await worker;
  const taken = [...triggeredAt].map(([id, at]) => (startedAt.get(id) ?? Number.POSITIVE_INFINITY) - at);
  const p50 = taken.toSorted((a, b) => a - b)[Math.floor(taken.length / 2)] ?? Number.NaN;
  const interval = config.dequeueIntervalWithoutRun;
  printAtMost({ name: LATENCY, unit: "ms", ours: p50, atMost: Math.min(interval, SOCKET_MS) });
}
