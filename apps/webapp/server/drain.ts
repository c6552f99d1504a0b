import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Stops accepting, lets requests in flight finish for up to `graceMs`, then cuts what is left.
 * Resolves once no connection remains.
 */
export async function drainServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const deadline = Date.now() + graceMs;
  let open = true;
  void closed.then(() => {
    open = false;
  });
  while (open && Date.now() < deadline) {
    // A kept-alive connection becomes idle only after its last answer.
    server.closeIdleConnections();
    await Promise.race([closed, sleep(50)]);
  }
  server.closeAllConnections();
  await closed;
}
