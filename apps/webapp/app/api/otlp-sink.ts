import { open } from "./endpoint.js";
import { Reply } from "./json-response.js";

const MOST_BYTES = 4 * 1024 * 1024;

/** Reads a body to its end and forgets it; gives up on one that is too long, whose connection is then closed. */
async function discard(request: Request): Promise<void> {
  if (Number(request.headers.get("content-length") ?? 0) > MOST_BYTES || request.body === null) return;
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
    if (done) return;
    size += value?.byteLength ?? 0;
    if (size > MOST_BYTES) return reader.cancel();
  }
}

/** An endpoint that takes telemetry of task processes, so that they do not wait for it, and keeps none. */
export const otlpSink = (signal: string) =>
  ({
    summary: `Send ${signal}`,
    description: "OpenTelemetry's protocol over HTTP. The server takes it and keeps none of it.",
    tag: "Workers",
    credentials: [],
    target: "none",
    permission: open("nothing is kept, and task processes send it without a credential"),
    answers: { 200: { description: "Taken" } },
    async handler({ request }: { request: Request }) {
      await discard(request);
      return new Reply({});
    },
  }) as const;
