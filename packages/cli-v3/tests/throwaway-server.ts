import { createServer, type IncomingMessage } from "node:http";

/** A request as it arrived. */
export interface Arrived {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body: unknown;
}

/** A server that answers what a good one never would; the good one is tested elsewhere. */
export async function startThrowawayServer(answer: (request: Arrived) => Answer) {
  const requests: Arrived[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      const arrived = { method: request.method, url: request.url, headers: request.headers, body };
      requests.push(arrived);
      const { status = 200, headers = {}, body: json } = answer(arrived);
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(typeof json === "string" ? json : JSON.stringify(json));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("not listening on a port");
  return { origin: `http://127.0.0.1:${address.port}`, requests, stop: () => void server.close() };
}
