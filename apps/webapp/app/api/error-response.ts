import type { AppContext } from "./context.js";
import type { AppError } from "./errors.js";
import { jsonResponse, Reply, type ResponseContext } from "./json-response.js";
import { scrub } from "./scrub.js";
import { toAppError } from "./to-app-error.js";

/** The JSON answer for a refusal: `{error, code, requestId, …}`. What it quotes of the request is quoted without secrets. */
export function errorResponse(
  error: AppError,
  context: ResponseContext,
  headers: Record<string, string> = {},
): Response {
  const quoted = JSON.stringify({ error: error.message, code: error.code, ...error.details });
  const body = { ...JSON.parse(scrub(quoted)), requestId: context.requestId };
  return jsonResponse(context, new Reply(body, { status: error.status, headers: error.headers }), headers);
}

/** Answers anything thrown on the way. What is not an expected refusal is logged with the request id: it is a bug. */
export function thrownResponse(
  thrown: unknown,
  context: ResponseContext & Pick<AppContext, "log">,
  headers: Record<string, string> = {},
): Response {
  const known = toAppError(thrown);
  if (known.code === "internal_error" || known.code === "unavailable") {
    context.log.error({ err: thrown, requestId: context.requestId }, "request failed");
  }
  return errorResponse(known, context, headers);
}
