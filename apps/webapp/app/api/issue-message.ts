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

const wordFor = (type: string): string => WORDS[type] ?? type;

const nameOf = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return value === undefined ? "nothing" : wordFor(typeof value);
};

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

function typeMessage(expected: string, input: unknown): string {
  // What is a number already is one that JSON spells and that is out of range, or a fraction.
  if (typeof input === "number") return `must be ${expected === "number" ? "a finite number" : wordFor(expected)}`;
  return `must be ${wordFor(expected)}, not ${nameOf(input)}`;
}

const UNITS: Record<string, string> = { string: "character", array: "item", set: "item" };

function sizeMessage(comparison: string, origin: string, amount: string): string {
  const unit = UNITS[origin];
  if (unit === undefined) return `must be ${comparison} ${amount}`;
  return `must have ${comparison} ${amount} ${amount === "1" ? unit : `${unit}s`}`;
}

/** Where every alternative wants another type, those types; else only that there is no such alternative. */
function unionMessage(errors: readonly z.core.$ZodIssue[][], input: unknown): string {
  const wanted = errors.map(([issue]) => (issue?.code === "invalid_type" && issue.path.length === 0 ? issue : null));
  const words = wanted.flatMap((issue) => (issue ? wordFor(issue.expected) : []));
  return words.length > 0 && words.length === errors.length
    ? `must be ${[...new Set(words)].join(" or ")}, not ${nameOf(input)}`
    : `must not be ${nameOf(input)} of this form`;
}

/**
 * Says in words what is wrong with a value, to follow its path: `body.cap must be a list, not null`.
 * Undefined leaves the schema's own message, which is a sentence already.
 */
export function issueMessage(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is missing" : typeMessage(issue.expected, issue.input);
    case "too_small":
      return sizeMessage(issue.inclusive === false ? "more than" : "at least", issue.origin, String(issue.minimum));
    case "too_big":
      return sizeMessage(issue.inclusive === false ? "less than" : "at most", issue.origin, String(issue.maximum));
    case "invalid_value":
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    case "invalid_union":
      return issue.input === undefined ? "is missing" : unionMessage(issue.errors, issue.input);
    case "invalid_format":
      return issue.format === "email" ? "must be an email address" : undefined;
    default:
      return undefined;
  }
}
