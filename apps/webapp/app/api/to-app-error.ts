import { RbacUnavailableError } from "@trigger.dev/rbac";
import { AppError, notFound } from "./errors.js";

const member = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;

/** The database's own code of what went wrong, also where Prisma has wrapped it; Node's for a connection; else "". */
function codeOf(thrown: unknown): string {
  const wrapped = member(member(member(thrown, "meta"), "driverAdapterError"), "cause");
  const code = member(wrapped, "originalCode") ?? member(thrown, "code");
  return typeof code === "string" ? code : "";
}

/** PostgreSQL class 22 is "data exception": a NUL in a text, a number out of range. That is input, not a fault of ours. */
const isDataException = (code: string) => /^22[0-9A-Z]{3}$/.test(code);

/** What a row hangs on was deleted between two statements of ours. */
const isParentGone = (code: string) => code === "23503";

/** Class 08 and 57P are lost connections and shutdowns; the next are Node's own words for the same. */
const GONE_CODE = /^(08[0-9A-Z]{3}|57P0[123]|ECONNREFUSED|ECONNRESET|EPIPE)$/;
/** What `pg` says of a connection that broke, or that nobody gave it in time, has no code. */
const GONE_MESSAGE =
  /^(Connection terminated|Client (was closed|has encountered)|timeout exceeded when trying to connect)/;

const isDatabaseGone = (code: string, thrown: unknown) =>
  GONE_CODE.test(code) || (code === "" && thrown instanceof Error && GONE_MESSAGE.test(thrown.message));

/** Turns whatever was thrown into the error that the caller is answered. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const code = codeOf(thrown);
  if (isDataException(code)) {
    return new AppError(
      "invalid_request",
      "A value in the request cannot be stored: it holds a NUL or is out of range.",
    );
  }
  if (isParentGone(code)) return notFound("What this is about");
  if (thrown instanceof RbacUnavailableError || isDatabaseGone(code, thrown)) {
    return new AppError("unavailable", "The server cannot decide this request right now. Try again in a moment.", {
      headers: { "retry-after": "1" },
    });
  }
  return new AppError("internal_error", "Something went wrong on the server. The log has it under this request id.");
}
