import { MAX_SCOPE_LENGTH, parseScope } from "./scopes.js";
import { suggestScope } from "./suggest-scope.js";

export interface ScopeProblem {
  /** The scope as it was given, cut to what is fit to show; empty when the list itself is at fault. */
  scope: string;
  /** To follow the name of the list or of its member: `must not be empty`, `"reed:runs" is not a scope`. */
  message: string;
  /** The nearest scope that would do. */
  suggestion?: string;
}

export type CheckedScopes = { ok: true; scopes: string[] } | { ok: false; problems: ScopeProblem[] };

export const MAX_SCOPES = 64;
/** What 64 scopes of 256 ASCII characters take: a longer list would make a token that no request header holds. */
const MAX_TOTAL_BYTES = MAX_SCOPES * MAX_SCOPE_LENGTH;
const SHOWN_LENGTH = 80;

/** Checks scopes that a caller asks for, at mint and at exchange, and names every bad one with the nearest good one. */
export function checkScopes(texts: readonly string[]): CheckedScopes {
  if (texts.length === 0) return listProblem("must not be empty: name a scope, or leave it out.");
  if (texts.length > MAX_SCOPES) return listProblem(`must have at most ${MAX_SCOPES} scopes, not ${texts.length}.`);
  const problems = texts.flatMap((text) => (parseScope(text) ? [] : [problemOf(text)]));
  if (problems.length > 0) return { ok: false, problems };
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > MAX_TOTAL_BYTES) return listProblem(`must take at most ${MAX_TOTAL_BYTES} bytes together, not ${bytes}.`);
  return { ok: true, scopes: [...texts] };
}

function listProblem(message: string): CheckedScopes {
  return { ok: false, problems: [{ scope: "", message }] };
}

function problemOf(text: string): ScopeProblem {
  const suggestion = suggestScope(text);
  const scope = text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
  const fault =
    text.length > MAX_SCOPE_LENGTH
      ? `${JSON.stringify(scope)} is longer than ${MAX_SCOPE_LENGTH} characters`
      : `${JSON.stringify(scope)} is not a scope`;
  return { scope, message: `${fault}; the nearest one is "${suggestion}".`, suggestion };
}
