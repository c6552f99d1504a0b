import { createApi, type ApiAnswer, type JsonObject } from "@trigger.dev/testing";

interface Message {
  run: { id: string };
  snapshot: { id: string };
}

/** An attempt under way: the run, and the snapshot that its start was answered with. */
export interface Attempt {
  runId: string;
  snapshotId: string;
}

export interface DevClient {
  workerId: string;
  trigger(options?: JsonObject): Promise<string>;
  dequeue(): Promise<Message[]>;
  start(message: Message): Promise<ApiAnswer<JsonObject & { snapshot: { id: string } }>>;
  complete(attempt: Attempt, completion?: JsonObject): Promise<ApiAnswer<JsonObject>>;
  /** Triggers a run, dequeues and starts it. */
  running(options?: JsonObject): Promise<Attempt>;
  read(runId: string): Promise<JsonObject>;
}

/** Speaks the dev worker's protocol as one environment, for the task `hello`. */
export async function devClient(origin: string, { ref, apiKey }: { ref: string; apiKey: string }): Promise<DevClient> {
  const api = createApi(origin);
  const send = <T = JsonObject>(method: string, path: string, body?: unknown) =>
    api<T>(method, path, { as: apiKey, body });
  const registered = await send<{ id: string }>("POST", `/api/v1/projects/${ref}/background-workers`, {
    metadata: {
      contentHash: "1",
      tasks: [{ id: "hello", filePath: "hello.ts", retry: { maxAttempts: 100 } }],
    },
  });
  const workerId = registered.body.id;
  const client: DevClient = {
    workerId,
    async trigger(options = {}) {
      const { body } = await send<{ id: string }>("POST", "/api/v1/tasks/hello/trigger", { payload: {}, options });
      return body.id;
    },
    async dequeue() {
      const body = { currentWorker: workerId, oldWorkers: [] };
      return (await send<{ dequeuedMessages: Message[] }>("POST", "/engine/v1/dev/dequeue", body)).body
        .dequeuedMessages;
    },
    start: ({ run, snapshot }) =>
      send("POST", `/engine/v1/dev/runs/${run.id}/snapshots/${snapshot.id}/attempts/start`, {}),
    complete: ({ runId, snapshotId }, completion = {}) =>
      send("POST", `/engine/v1/dev/runs/${runId}/snapshots/${snapshotId}/attempts/complete`, {
        completion: { ok: true, id: runId, output: "1", outputType: "application/json", ...completion },
      }),
    async running(options) {
      const runId = await client.trigger(options);
      const message = (await client.dequeue()).find(({ run }) => run.id === runId);
      if (message === undefined) throw new Error("the run did not come");
      return { runId, snapshotId: (await client.start(message)).body.snapshot.id };
    },
    read: async (runId) => (await send("GET", `/api/v3/runs/${runId}`)).body,
  };
  return client;
}
