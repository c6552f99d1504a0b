import { expect } from "./ending.mjs";

/** What the task does. It looks for the name where it is not. */
function hello(/** @type {{ person?: { name: string } }} */ payload) {
  return `Hello ${nameOf(payload)}`;
}

function nameOf(/** @type {any} */ payload) {
  return payload.person.name.trim();
}

/** What a worker sends of a thrown error. */
function sent(/** @type {unknown} */ error) {
  if (!(error instanceof Error)) return { type: "STRING_ERROR", raw: String(error) };
  return { type: "BUILT_IN_ERROR", name: error.name, message: error.message, stackTrace: error.stack };
}

/**
 * Registers the task `hello` and executes the runs that wait for it, until none does; all of them fail. Comes back when
 * they are counted.
 * @param {string} origin
 * @param {{ ref: string, key: string }} where the project, and its dev environment's key
 * @returns {Promise<string[]>} the ids of the runs
 */
export async function executeAndFail(origin, { ref, key }) {
  /** @returns {Promise<any>} */
  const ask = async (/** @type {string} */ path, /** @type {unknown} */ body) => {
    const response = await fetch(new URL(path, origin), {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.ok, `A worker was answered ${response.status} at ${path}.`);
    return response.json();
  };
  const tasks = [{ id: "hello", filePath: "src/hello.ts", retry: { maxAttempts: 1 } }];
  const metadata = { contentHash: "demo", tasks };
  const worker = await ask(`/api/v1/projects/${ref}/background-workers`, { localOnly: true, metadata });
  const failed = [];
  for (;;) {
    const { dequeuedMessages } = await ask("/engine/v1/dev/dequeue", { currentWorker: worker.id, oldWorkers: [] });
    if (dequeuedMessages.length === 0) break;
    for (const { run, snapshot } of dequeuedMessages) {
      const attempts = (/** @type {string} */ id) => `/engine/v1/dev/runs/${run.id}/snapshots/${id}/attempts`;
      const started = await ask(`${attempts(snapshot.id)}/start`, {});
      const error = outcomeOf(() => hello(JSON.parse(started.execution.run.payload)));
      await ask(`${attempts(started.snapshot.id)}/complete`, { completion: { ok: false, id: run.id, error } });
      failed.push(run.id);
    }
  }
  const counted = async () => {
    const { data } = await ask("/api/v1/errors", undefined);
    return data.reduce((/** @type {number} */ sum, /** @type {{ count: number }} */ { count }) => sum + count, 0);
  };
  while ((await counted()) < failed.length) await new Promise((resolve) => setTimeout(resolve, 50));
  return failed;
}

function outcomeOf(/** @type {() => unknown} */ work) {
  try {
    return work();
  } catch (error) {
    return sent(error);
  }
}
