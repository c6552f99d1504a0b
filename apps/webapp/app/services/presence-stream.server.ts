import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { markPresent, PRESENCE_EVERY_MS } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";
import { AppError } from "../api/errors.js";

const event = (name: string, data: object) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/**
 * Server-sent events until the client goes, its credential ends (`recheck` throws) or the server stops; while they flow,
 * the environment counts as connected.
 */
export function presenceStream(
  { pool, stopping, log }: Pick<AppContext, "pool" | "stopping" | "log">,
  { environment }: EnvironmentAuthentication,
  { gone, recheck }: { gone: AbortSignal; recheck: () => Promise<void> },
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
      const stay = () => {
        if (!open) return;
        mark();
        send("time", { now: Date.now() });
      };
      // A refusal ends the stream; a database that does not answer for a while does not.
      const leave = (thrown: unknown) => {
        if (thrown instanceof AppError && thrown.status < 500) end();
      };
      timer = setInterval(() => void recheck().then(stay, leave), PRESENCE_EVERY_MS);
    },
    cancel: () => end(),
  });
}
