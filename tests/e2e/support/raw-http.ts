import { connect } from "node:net";

export interface RawAnswer {
  status: number;
  head: string;
  body: string;
}

/** Sends these very bytes on a connection of its own and reads what comes back until the server is done. */
export function sendRaw(origin: string, bytes: string | Uint8Array, timeoutMs = 5_000): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      const text = Buffer.concat(chunks).toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      const head = end === -1 ? text : text.slice(0, end);
      resolve({ status: Number(/^HTTP\/1\.[01] (\d+)/.exec(head)?.[1] ?? 0), head, body: text.slice(end + 4) });
    };
    const timer = setTimeout(finish, timeoutMs);
    socket.on("connect", () => socket.write(bytes));
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("end", finish);
    socket.on("error", (error) => (chunks.length > 0 ? finish() : (clearTimeout(timer), reject(error))));
  });
}

/** A request with exactly these header lines, and `Connection: close`. */
export const rawRequest = (line: string, headers: readonly string[], body = ""): string =>
  keptAliveRequest(line, [...headers, "Connection: close"], body);

/** The same without it: whether the connection stays is the server's to say. */
export const keptAliveRequest = (line: string, headers: readonly string[], body = ""): string =>
  [`${line} HTTP/1.1`, "Host: localhost", ...headers, "", body].join("\r\n");
