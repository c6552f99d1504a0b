import { ACTIONS, formatScope, MAX_SCOPE_LENGTH, parseScope, RESOURCE_TYPES } from "./scopes.js";

const LONGEST_WORD = 32;
/** Further than this a word is no misspelling of any of ours. */
const FARTHEST = 3;
/** What is offered to whoever wrote no word of ours: the scope that most tokens want, and never a wide one. */
const EXAMPLE = { action: "read", type: "runs" } as const;
/** Zero-width and other invisible characters, and controls. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Surrogate}]/gu;

/** The scope that the writer of `text`, which is none, most likely meant. */
export function suggestScope(text: string): string {
  const visible = text.slice(0, MAX_SCOPE_LENGTH).normalize("NFKC").replaceAll(INVISIBLE, "").trim();
  const [first = "", second = "", ...rest] = visible.split(":").map((part) => part.trim());
  if (isAdmin(first, second)) return "admin";

  const inOrder = guess(first, second);
  const swapped = guess(second, first);
  const { action, type } = swapped.distance < inOrder.distance ? swapped : inOrder;
  const id = rest.join(":");
  const withId = parseScope(`${action}:${type}:${id}`);
  return withId && text.length <= MAX_SCOPE_LENGTH ? formatScope(withId) : `${action}:${type}`;
}

function isAdmin(first: string, second: string): boolean {
  const toAdmin = distance(first.toLowerCase(), "admin");
  if (toAdmin === 0) return true;
  return second === "" && toAdmin <= 2 && toAdmin < nearest(first, ACTIONS, EXAMPLE.action).distance;
}

function guess(action: string, type: string) {
  const actionGuess = nearest(action, ACTIONS, EXAMPLE.action);
  // An action alone was meant for everything.
  const untyped = type === "" && actionGuess.distance === 0;
  const typeGuess = nearest(type, RESOURCE_TYPES, untyped ? "all" : EXAMPLE.type);
  return { action: actionGuess.word, type: typeGuess.word, distance: actionGuess.distance + typeGuess.distance };
}

function nearest<Word extends string>(
  text: string,
  words: readonly Word[],
  otherwise: Word,
): { word: Word; distance: number } {
  const lowerCase = text.slice(0, LONGEST_WORD).toLowerCase();
  let best = { word: otherwise, distance: FARTHEST + 1 };
  for (const word of words) {
    const candidate = { word, distance: distance(lowerCase, word.toLowerCase()) };
    const isMisspelling = candidate.distance < word.length || candidate.distance === 0;
    if (isMisspelling && candidate.distance < best.distance) best = candidate;
  }
  return best;
}

/** Levenshtein's edit distance. Both texts are short. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, left] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, right] of [...b].entries()) {
      const substituted = (row[j] ?? 0) + (left === right ? 0 : 1);
      next.push(Math.min(substituted, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
