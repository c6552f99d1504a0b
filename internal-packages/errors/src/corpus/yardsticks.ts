import { describeError } from "../describe-error.js";
import type { TaskError } from "../task-error.js";

/** Groups by type and raw message. */
export function byRawMessage(error: TaskError): string {
  const { errorType, message } = describeError(error);
  return `${errorType}: ${message}`;
}

/** Groups by type and a message from which five regular expressions took UUIDs, addresses, paths, hashes and numbers. */
export function byPlainRegex(error: TaskError): string {
  return byRawMessage(error)
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, "*")
    .replace(/https?:\/\/\S+|\S+@\S+/g, "*")
    .replace(/(?:\/[\w.-]+)+/g, "*")
    .replace(/\b[0-9a-f]{16,}\b/gi, "*")
    .replace(/\d+/g, "*");
}
