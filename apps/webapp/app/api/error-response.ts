import type { AppContext } from "./context.js";
import { AppError } from "./errors.js";
import { toAppError } from "./to-app-error.js";

/** The JSON answer for a refusal: `{error, code, requestId, …}`, never cached. */
export function errorResponse(error: AppError, requestId: string): Response {
  const body = { error: error.message, code: error.code, requestId, ...error.details };
  return new Response(JSON.stringify(body), {
    status: error.status,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-request-id": requestId,
      ...error.headers,
    },
  });
}

/** Answers anything thrown on the way. What is not an expected refusal is logged with the request id: it is a bug. */
export function thrownResponse(thrown: unknown, context: Pick<AppContext, "log" | "requestId">): Response {
  const known = toAppError(thrown);
  if (known.code === "internal_error" || known.code === "unavailable") {
    context.log.error({ err: thrown, requestId: context.requestId }, "request failed");
  }
  return errorResponse(known, context.requestId);
}
