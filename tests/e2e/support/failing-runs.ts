import { createApi, type JsonObject } from "@trigger.dev/testing";

interface Message {
  run: { id: string };
  snapshot: { id: string };
}

/** What a worker tells of an error that was thrown; the rest of it is made up. */
export interface Thrown {
  message?: string;
  name?: string;
  /** The function that threw. */
  in?: string;
}

export interface FailingWorker {
  version: string;
  /** Runs the task and fails it; answers once the failure is counted. */
  fail(thrown?: Thrown | { error: JsonObject }, task?: string): Promise<string>;
  /** The error's id of a run that failed so. */
  errorOf(thrown?: Thrown | { error: JsonObject }, task?: string): Promise<string>;
}

const errorOf = ({ message = "It broke", name = "Error", in: where = "work" }: Thrown): JsonObject => ({
  type: "BUILT_IN_ERROR",
  name,
  message,
  stackTrace: `${name}: ${message}\n    at ${where} (/app/src/${where}.ts:1:1)`,
});

/** Registers a version of an environment's worker, with tasks that do nothing but fail. */
export async function failingWorker(
  origin: string,
  { ref, apiKey }: { ref: string; apiKey: string },
  { tasks = ["hello"], content = "1" }: { tasks?: readonly string[]; content?: string } = {},
): Promise<FailingWorker> {
  const api = createApi(origin);
  const send = async <T>(path: string, body: unknown): Promise<T> => {
    const answer = await api<T>("POST", path, { as: apiKey, body });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const metadata = { contentHash: content, tasks: tasks.map((id) => ({ id, filePath: `${id}.ts` })) };
  const registered = await send<{ id: string; version: string }>(`/api/v1/projects/${ref}/background-workers`, {
    metadata,
  });
  const worker: FailingWorker = {
    version: registered.version,
    async fail(thrown = {}, task = tasks[0] ?? "hello") {
      const { id } = await send<{ id: string }>(`/api/v1/tasks/${task}/trigger`, {
        payload: {},
        options: { lockToVersion: registered.version },
      });
      const { dequeuedMessages } = await send<{ dequeuedMessages: Message[] }>("/engine/v1/dev/dequeue", {
        currentWorker: registered.id,
        oldWorkers: [],
      });
      const message = dequeuedMessages.find(({ run }) => run.id === id);
      if (message === undefined) throw new Error("the run did not come");
      const run = `/engine/v1/dev/runs/${id}/snapshots`;
      const { snapshot } = await send<Message>(`${run}/${message.snapshot.id}/attempts/start`, {});
      const error = "error" in thrown ? thrown.error : errorOf(thrown);
      await send(`${run}/${snapshot.id}/attempts/complete`, { completion: { ok: false, id, error } });
      return id;
    },
    async errorOf(thrown, task) {
      const id = await worker.fail(thrown, task);
      const { body } = await api<{ data: { id: string }[] }>("GET", "/api/v1/errors?page[size]=100", { as: apiKey });
      for (const { id: errorId } of body.data) {
        const runs = await api<{ data: { id: string }[] }>("GET", `/api/v1/runs?filter[error]=${errorId}`, {
          as: apiKey,
        });
        if (runs.body.data.some((run) => run.id === id)) return errorId;
      }
      throw new Error("the run has no error");
    },
  };
  return worker;
}
