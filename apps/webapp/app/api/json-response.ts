import type { AppContext } from "./context.js";

/** What every answer of the API carries: JSON that is never cached, and that runs nothing where a browser is pointed at it. */
const API_HEADERS = {
  "content-type": "application/json; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
};
const API_HEADERS_OVER_TLS = { ...API_HEADERS, "strict-transport-security": "max-age=31536000; includeSubDomains" };

/** What an answer needs of the context. */
export type ResponseContext = Pick<AppContext, "requestId" | "config" | "hasArrived">;

/** For an answer to a request that is not read to its end: the rest would stand in the way of the client's next one. */
const CLOSE = { connection: "close" };

/** An answer of a handler that is more than a 200 with a body. */
export class Reply {
  constructor(
    /** Undefined: no body. A stream goes out as it is, under the content type of `init`. */
    readonly body: unknown,
    readonly init: { status?: number; headers?: Record<string, string> } = {},
  ) {}
}

/** The one maker of the API's responses. Its headers are set at once: the server writes such a response without copying it. */
export function jsonResponse(
  { requestId, config, hasArrived }: ResponseContext,
  { body, init }: Reply,
  headers: Record<string, string> = {},
): Response {
  const common = config.appOrigin.startsWith("https:") ? API_HEADERS_OVER_TLS : API_HEADERS;
  const close = hasArrived() ? null : CLOSE;
  const written = body === undefined ? null : body instanceof ReadableStream ? body : JSON.stringify(body);
  return new Response(written, {
    status: init.status ?? 200,
    headers: { ...common, ...headers, "x-request-id": requestId, ...close, ...init.headers },
  });
}
