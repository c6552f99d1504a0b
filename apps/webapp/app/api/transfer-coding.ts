import { AppError } from "./errors.js";

/**
 * Refuses a body in a transfer coding that is not ours (RFC 9112 §6.1). Node hands such a request on before it notices
 * that it cannot read it, and an unread body must not pass for an empty one.
 * @throws AppError 400
 */
export function refuseUnknownTransferCoding(headers: Headers): void {
  const coding = headers.get("transfer-encoding");
  if (coding === null || coding.trim().toLowerCase() === "chunked") return;
  throw new AppError(
    "bad_request",
    "The body is in a transfer coding that this server does not take. Send it chunked or with its length.",
  );
}
