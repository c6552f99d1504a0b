import { DESCRIPTIVE_KEYS, NAMES_A_NAME, NAMES_A_VALUE, TECHNICAL } from "./vocabulary.js";
import type { SkeletonWriter } from "./writer.js";

const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "«": "»" };
const MAX_QUOTED = 256;

export const isQuote = (character: string): boolean => character in CLOSING;

/** Finds closing quotes; each kind is searched from left to right once, so all searches together are linear. */
export class QuoteFinder {
  readonly #text: string;
  readonly #next = new Map<string, number>();
  readonly #closed = new Set<number>();

  constructor(text: string) {
    this.#text = text;
  }

  /** Where the quote that opens at `open` closes, or -1: an apostrophe, an open end, or too far. */
  closingOf(open: number): number {
    const character = this.#text.charAt(open);
    const closing = CLOSING[character] ?? character;
    if (closing === "'" && isWordCharacter(this.#text.charAt(open - 1))) return -1;
    let at = this.#next.get(closing) ?? 0;
    while (at !== Number.POSITIVE_INFINITY && (at <= open || !this.#closes(closing, at))) {
      const found = this.#text.indexOf(closing, Math.max(at, open) + 1);
      at = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    this.#next.set(closing, at);
    return at - open > MAX_QUOTED ? -1 : at;
  }

  /** The text up to `close` is read like the rest: the mark there opens nothing. */
  leaveOpen(close: number): void {
    this.#closed.add(close);
  }

  isClosing(index: number): boolean {
    return this.#closed.has(index);
  }

  #closes(closing: string, at: number): boolean {
    return closing !== "'" || !isWordCharacter(this.#text.charAt(at + 1));
  }
}

const isWordCharacter = (character: string): boolean => /^[A-Za-z0-9_]$/.test(character);

/** What to do with a quoted text: keep it as it is, put a placeholder, or read it like the rest. */
export function judgeQuoted(content: string, writer: SkeletonWriter, isLast: boolean): "keep" | "replace" | "read" {
  const { lastWord, pending } = writer;
  if (content.trim() === "") return "read";
  const tight = pending === "" || pending === " ";
  if (
    tight &&
    !writer.afterPlaceholder &&
    NAMES_A_NAME.has(lastWord) &&
    /^[\w$.@[\]/ -]{1,120}$/.test(content) &&
    !/^[\d\s./]/.test(content)
  )
    return "keep";
  if (/^(?:\/[\w.]|[A-Za-z]:\\|~\/|\.{1,2}\/)/.test(content)) return "replace";
  if (/[\n{}]/.test(content)) return "read";
  if (content.length > 96) return "replace";
  if (/[=(] ?$/.test(pending) && pending.includes("=") && !DESCRIPTIVE_KEYS.has(lastWord)) return "replace";
  if (NAMES_A_VALUE.has(lastWord) && !writer.afterPlaceholder && (tight || /^[:=] ?$/.test(pending))) return "replace";
  if (/^[^\s_]*\d[^\s_]*$/.test(content) && content.includes("-") && !TECHNICAL.has(content.toLowerCase()))
    return "replace";
  if (/: ?$/.test(pending)) return judgeAfterColon(writer, isLast);
  return /^(?:\p{Lu}[\p{Ll}.'-]+ )+\p{Lu}[\p{Ll}.'-]+$/u.test(content) ? "replace" : "read";
}

/** `invalid input syntax for type uuid: "x"` ends in what was refused. */
function judgeAfterColon(writer: SkeletonWriter, isLast: boolean): "replace" | "read" {
  if (DESCRIPTIVE_KEYS.has(writer.lastWord) || !isLast) return "read";
  return writer.sawRefusal ? "replace" : "read";
}
