import autocannon from "autocannon";

export interface Target {
  url: string;
  method: "GET" | "POST";
  /** Several: each connection uses one of them. */
  token: string | readonly string[];
  /** Sent as JSON. */
  body?: unknown;
}

export interface Load {
  requestsPerSecond: number;
  p99Ms: number;
}

export const CONNECTIONS = 16;

/**
 * Drives one URL at 16 connections for `seconds`.
 * @throws when any answer was not a 2xx: a figure of refusals is none
 */
export async function drive({ url, method, token, body }: Target, seconds: number): Promise<Load> {
  const tokens = typeof token === "string" ? [token] : token;
  let connections = 0;
  const result = await autocannon({
    url,
    method,
    connections: CONNECTIONS,
    duration: seconds,
    setupClient(client) {
      client.setHeaders({
        authorization: `Bearer ${tokens[connections++ % tokens.length] ?? ""}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      });
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const bad = result.non2xx + result.errors + result.timeouts;
  if (bad > 0)
    throw new Error(`${method} ${url}: ${bad} of ${result.requests.total} requests were not answered with 2xx`);
  return { requestsPerSecond: result.requests.total / result.duration, p99Ms: result.latency.p99 };
}
