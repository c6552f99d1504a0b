import { ApiError, UnexpectedAnswerError, UnreachableError } from "@trigger.dev/core/client";
import { type Connection, loginCommand } from "./connection.js";
import { oneLine } from "./terminal-text.js";

type Where = Pick<Connection, "apiUrl" | "source">;

/** What went wrong with a server and what to do about it, in lines; null for an error that is not about a server. */
export function explainServerError(error: unknown, where: Where): string[] | null {
  if (error instanceof UnreachableError) {
    return [oneLine(error.message), "Is the server running? Another address goes into --api-url or TRIGGER_API_URL."];
  }
  if (error instanceof UnexpectedAnswerError) {
    return [oneLine(error.message), "Another address goes into --api-url or TRIGGER_API_URL."];
  }
  if (!(error instanceof ApiError)) return null;
  if (error.status === 401) return unauthorized(where);
  return [sentence(error), ...untoldIssues(error), ...neededScopes(error)];
}

/** The issues that the server's own sentence leaves out. */
function untoldIssues(error: ApiError): string[] {
  return error.issues
    .filter(({ message }) => !error.message.includes(message.replace(/\.$/, "")))
    .map(({ path, scope, message, suggestion }) => {
      const where = scope ?? path;
      return oneLine(`  ${where ? `${where}: ` : ""}${message}${suggestion ? ` Did you mean ${suggestion}?` : ""}`);
    });
}

function unauthorized({ apiUrl, source }: Where): string[] {
  return source.kind === "environment"
    ? [`${apiUrl} does not accept the token in TRIGGER_ACCESS_TOKEN. It may be revoked, expired or another server's.`]
    : [
        `${apiUrl} does not accept the token of profile "${oneLine(source.name)}". It may be revoked or expired.`,
        `Sign in again with: ${loginCommand({ name: source.name, apiUrl })}`,
      ];
}

function sentence(error: ApiError): string {
  // What is not served here is no fault of the server's.
  const isFault = error.status >= 500 && error.status !== 501;
  return oneLine(error.requestId && isFault ? `${error.message} (request ${error.requestId})` : error.message);
}

function neededScopes(error: ApiError): string[] {
  const unnamed = error.status === 403 ? error.scopes.filter((scope) => !error.message.includes(scope)) : [];
  return unnamed.length > 0 ? [oneLine(`Needed: ${unnamed.join(" or ")}`)] : [];
}
