import type { Endpoint } from "./endpoint.js";
import { jsonResponse, Reply, type ResponseContext } from "./json-response.js";

/** Lets browsers of any origin read the answer. Safe, as nothing here is answered by virtue of a cookie. */
export const CORS_HEADERS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers":
    "x-request-id, retry-after, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, x-trigger-jwt",
};

/** Answers OPTIONS: which methods there are, and for browsers whether they may be called from elsewhere. */
export function preflight(endpoints: Record<string, Endpoint>, allow: string, context: ResponseContext): Response {
  const open = Object.entries(endpoints).filter(([, endpoint]) => endpoint.cors);
  const cors = {
    ...CORS_HEADERS,
    "access-control-allow-methods": open.map(([method]) => method).join(", "),
    "access-control-allow-headers": "authorization, content-type, x-trigger-branch, x-trigger-client, traceparent",
    "access-control-max-age": "600",
  };
  const headers = { allow, ...(open.length > 0 ? cors : {}) };
  return jsonResponse(context, new Reply(undefined, { status: 204, headers }));
}
