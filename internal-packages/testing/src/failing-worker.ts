import { createApi, type JsonObject } from "./api.js";

interface Message {
  run: { id: string };
  snapshot: { id: string };
}

/** Ends runs of the task `hello` as failed, as a worker of a dev environment would. */
export interface FailingWorker {
  version: string;
  /** Triggers a run, executes it, and has it throw `error`. Answers the run's id. */
  fail(error: JsonObject): Promise<string>;
}

/** Registers a worker of the version with that content. */
export async function startFailingWorker(
  origin: string,
  { ref, apiKey, contentHash = "1" }: { ref: string; apiKey: string; contentHash?: string },
): Promise<FailingWorker> {
  const api = createApi(origin);
  const send = async <Answer>(path: string, body: unknown): Promise<Answer> => {
    const answer = await api<Answer>("POST", path, { as: apiKey, body });
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    return answer.body;
  };
  const worker = await send<{ id: string; version: string }>(`/api/v1/projects/${ref}/background-workers`, {
    localOnly: true,
    metadata: { contentHash, tasks: [{ id: "hello", filePath: "src/hello.ts" }] },
  });
  return {
    version: worker.version,
    async fail(error) {
      const { id } = await send<{ id: string }>("/api/v1/tasks/hello/trigger", { payload: {} });
      let message: Message | undefined;
      while (message === undefined) {
        const body = { currentWorker: worker.id, oldWorkers: [] };
        const answer = await send<{ dequeuedMessages: Message[] }>("/engine/v1/dev/dequeue", body);
        message = answer.dequeuedMessages.find(({ run }) => run.id === id);
      }
      const at = (snapshot: string) => `/engine/v1/dev/runs/${id}/snapshots/${snapshot}/attempts`;
      const started = await send<{ snapshot: { id: string } }>(`${at(message.snapshot.id)}/start`, {});
      await send(`${at(started.snapshot.id)}/complete`, { completion: { ok: false, id, error } });
      return id;
    },
  };
}
