import type { EngineResources, RunKey } from "./engine-context.js";
import { type Fail, failTogether, type PreparedFail, prepareFail } from "./fail-together.js";
import { type Finish, type Finished, finishTogether } from "./finish-together.js";
import { createGroupCommit, createGroupCommitBy } from "@trigger.dev/database";
import { type DequeuedRun, type Take, takeTogether } from "./take-together.js";
import { type Start, type Started, startTogether } from "./start-together.js";
import { storeRuns } from "./store-runs.js";
import type { NewRun } from "./trigger-run.js";

/** The steps that every run takes: those of many runs under way at once are one statement and one flush to disk. */
export interface Together {
  /** False when the run's idempotency key is taken. */
  store(run: NewRun): Promise<boolean>;
  /** The next runs of an environment for one of its workers, within the limits. */
  take(take: Take): Promise<DequeuedRun[]>;
  /** Null unless the run is as its worker was told, and nobody else is changing it. */
  start(start: Start): Promise<Started | null>;
  /** Null unless the attempt is the current one, and nobody else is changing the run. */
  finish(finish: Finish): Promise<Finished | null>;
  /** As `finish`. Runs that complete do not wait for the groups of those that fail. */
  fail(fail: Fail): Promise<Finished | null>;
}

/** Larger ones go alone, so that no statement becomes huge. */
const MOST_TEXT_TOGETHER = 32 * 1024;

/** Of this process. */
export function createTogether({ pool, writer, settings }: EngineResources): Together {
  const store = createGroupCommit((runs: readonly NewRun[]) => storeRuns(writer, runs));
  const start = createGroupCommit(eachRunOnce((starts: readonly Start[]) => startTogether(writer, settings, starts)));
  const finish = createGroupCommit(eachRunOnce((finishes: readonly Finish[]) => finishTogether(writer, finishes)));
  const fail = createGroupCommit(eachRunOnce((fails: readonly PreparedFail[]) => failTogether(writer, fails)));
  // One of an environment and worker at a time, so that those who wait for their turn hold no connection.
  const take = createGroupCommitBy(
    ({ environmentId, worker }: Take) => `${environmentId} ${worker.id}`,
    (takes) => takeTogether(pool, settings, takes),
  );
  return {
    take,
    async store(run) {
      if (isSmall(run.payload.text) && isSmall(run.metadata)) return store(run);
      const [stored = false] = await storeRuns(writer, [run]);
      return stored;
    },
    start,
    async finish(one) {
      if (isSmall(one.output.text)) return finish(one);
      const [finished = null] = await finishTogether(writer, [one]);
      return finished;
    },
    async fail(one) {
      const prepared = prepareFail(one);
      if (isSmall(prepared.error)) return fail(prepared);
      const [failed = null] = await failTogether(writer, [prepared]);
      return failed;
    },
  };
}

const isSmall = (text: string | null) => (text?.length ?? 0) <= MOST_TEXT_TOGETHER;

/** What is asked of one run a second time in one statement is not done there. */
function eachRunOnce<Item extends RunKey, Result>(
  writeAll: (items: readonly Item[]) => Promise<(Result | null)[]>,
): (items: readonly Item[]) => Promise<(Result | null)[]> {
  return async (items) => {
    const first = new Map<string, Item>();
    for (const item of items) {
      const key = `${item.environmentId} ${item.runId}`;
      if (!first.has(key)) first.set(key, item);
    }
    const chosen = [...first.values()];
    const results = await writeAll(chosen);
    const resultOf = new Map(chosen.map((item, index) => [item, results[index] ?? null]));
    return items.map((item) => resultOf.get(item) ?? null);
  };
}
