import type { Endpoint } from "./endpoint.js";

const EXPOSED = "x-request-id, retry-after, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, x-trigger-jwt";

/** Lets browsers of any origin read the answer. Safe, as nothing here is answered by virtue of a cookie. */
export function corsHeaders(response: Response): Response {
  response.headers.set("access-control-allow-origin", "*");
  response.headers.set("access-control-expose-headers", EXPOSED);
  return response;
}

/** Answers OPTIONS: which methods there are, and for browsers whether they may be called from elsewhere. */
export function preflight(endpoints: Record<string, Endpoint>, allow: string, requestId: string): Response {
  const open = Object.entries(endpoints).filter(([, endpoint]) => endpoint.cors);
  const response = new Response(null, { status: 204, headers: { allow, "x-request-id": requestId } });
  if (open.length === 0) return response;
  response.headers.set("access-control-allow-methods", open.map(([method]) => method).join(", "));
  response.headers.set("access-control-allow-headers", "authorization, content-type, x-trigger-branch, x-trigger-client, traceparent");
  response.headers.set("access-control-max-age", "600");
  return corsHeaders(response);
}
