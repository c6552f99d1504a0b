import type { z } from "zod";

const WORDS: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

const nameOf = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return value === undefined ? "nothing" : (WORDS[typeof value] ?? typeof value);
};

const sized = ({ origin }: { origin: string }, amount: string): string => {
  if (origin === "string") return `${amount} characters`;
  return origin === "array" || origin === "set" ? `${amount} items` : amount;
};

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

/**
 * Says in words what is wrong with a value, to follow its path: `body.cap must be a list, not null`.
 * Undefined leaves the schema's own message, which is a sentence already.
 */
export function issueMessage(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "is missing";
      return `must be ${WORDS[issue.expected] ?? issue.expected}, not ${nameOf(issue.input)}`;
    case "too_small":
      return `must be ${issue.inclusive === false ? "more than" : "at least"} ${sized(issue, String(issue.minimum))}`;
    case "too_big":
      return `must be ${issue.inclusive === false ? "less than" : "at most"} ${sized(issue, String(issue.maximum))}`;
    case "invalid_value":
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    case "invalid_union":
      return issue.input === undefined ? "is missing" : `must not be ${nameOf(issue.input)} of this form`;
    default:
      return undefined;
  }
}
