import { once } from "node:events";
import { createServer, request } from "node:http";

export type Recorded = { method: string; path: string; status: number };

export type RecordingProxy = {
  origin: string;
  /** Everything that was asked since the last call, the oldest first. */
  take: () => Recorded[];
  stop: () => Promise<void>;
};

/** Stands before the server at `target` and remembers what a client asked, and what it was answered. */
export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  let recorded: Recorded[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = "GET", url: path = "/", headers } = incoming;
    const forwarded = request(new URL(path, target), { method, headers }, (answer) => {
      const { statusCode: status = 0 } = answer;
      recorded.push({ method, path, status });
      outgoing.writeHead(status, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on("error", () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port.");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    take: () => {
      const taken = recorded;
      recorded = [];
      return taken;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
