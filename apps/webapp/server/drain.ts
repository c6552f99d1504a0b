import type { Server, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Watches a server's requests so that it can be drained. The function that is answered stops accepting, lets requests
 * in flight finish for up to `graceMs`, then cuts what is left; it resolves once no connection remains.
 */
export function prepareDrain(server: Server, graceMs: number): () => Promise<void> {
  const inFlight = new Set<ServerResponse>();
  let draining = false;

  // Told so, a client opens a new connection for its next request, and does not lose it on this one.
  const endConnection = (response: ServerResponse) => {
    if (!response.headersSent) response.setHeader("connection", "close");
  };
  server.prependListener("request", (_request, response: ServerResponse) => {
    if (draining) endConnection(response);
    inFlight.add(response);
    response.once("close", () => inFlight.delete(response));
  });

  return async () => {
    draining = true;
    let open = true;
    const closed = new Promise<void>((resolve) => {
      server.close(() => {
        open = false;
        resolve();
      });
    });
    for (const response of inFlight) endConnection(response);
    const deadline = Date.now() + graceMs;
    while (open && Date.now() < deadline) {
      server.closeIdleConnections();
      await Promise.race([closed, sleep(50)]);
    }
    server.closeAllConnections();
    await closed;
  };
}
