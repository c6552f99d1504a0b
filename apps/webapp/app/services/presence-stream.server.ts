import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { markPresent, PRESENCE_EVERY_MS } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";

const event = (name: string, data: object) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** Server-sent events until the client goes or the server stops; while they flow, the environment counts as connected. */
export function presenceStream(
  { pool, stopping, log }: Pick<AppContext, "pool" | "stopping" | "log">,
  { environment }: EnvironmentAuthentication,
  gone: AbortSignal,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let timer: NodeJS.Timeout | undefined;
  let end = () => {};
  const mark = () =>
    void markPresent(pool, environment.id).catch((err: unknown) => log.warn({ err }, "presence was not written"));
  return new ReadableStream({
    start(controller) {
      const send = (name: string, data: object) => controller.enqueue(encoder.encode(event(name, data)));
      let open = true;
      end = () => {
        if (!open) return;
        open = false;
        clearInterval(timer);
        gone.removeEventListener("abort", end);
        stopping.removeEventListener("abort", end);
        try {
          controller.close();
        } catch {
          // The client closed it first.
        }
      };
      gone.addEventListener("abort", end);
      stopping.addEventListener("abort", end);
      mark();
      send("start", { now: Date.now() });
      timer = setInterval(() => {
        mark();
        send("time", { now: Date.now() });
      }, PRESENCE_EVERY_MS);
    },
    cancel: () => end(),
  });
}
