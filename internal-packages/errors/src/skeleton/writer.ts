import { AFTER_TIME, CURRENCIES, KINDS_OF_VALUES, MONTHS, REFUSES, SQL_CLAUSES, UNITS } from "./vocabulary.js";

/** Behind indentation, a bullet, a brace. */
const FIRST_OF_LINE = /[\p{L}\p{N}*_$]/u;

/** What stands for anything that differs between two occurrences of one cause. */
export const PLACEHOLDER = "*";

/** `Anna van der Berg` */
const MAX_NAME_PARTS = 4;

/** A longer run of punctuation says no more. */
const MAX_SEPARATORS = 64;

/**
 * Takes words, separators and placeholders and writes the skeleton. Neighbouring placeholders become one, so that a
 * date, a list of ids and an address look alike however they are written.
 */
export class SkeletonWriter {
  #written = "";
  #pending = "";
  #afterPlaceholder = false;
  /** How many words before this point are one person's name. */
  #nameParts = 0;
  /** Lower-case words, the nearest first. */
  #last = "";
  #second = "";
  #third = "";
  #sawRefusal = false;
  #sawSql = false;
  #sawBound = false;
  #depth = 0;
  /** Whether the last word was a noun with a number before it. */
  #counted = false;
  /** The lines before this one, by what they hold behind their indentation and punctuation. */
  #lines: Map<string, string> | undefined;
  /** The line before this one, if it was not there already. */
  #lastLine: string | undefined;

  /** The word before this point, lower-case. */
  get lastWord(): string {
    return this.#last;
  }

  /** The three words before this point, lower-case, the nearest first. */
  get recentWords(): readonly [string, string, string] {
    return [this.#last, this.#second, this.#third];
  }

  /** The separators since the last word or placeholder. */
  get pending(): string {
    return this.#pending;
  }

  get atStart(): boolean {
    return this.#written === "" && this.#lines === undefined;
  }

  get afterPlaceholder(): boolean {
    return this.#afterPlaceholder;
  }

  /** Whether the word before this point was a part of a person's name. */
  get afterName(): boolean {
    return this.#nameParts > 0 && this.#nameParts < MAX_NAME_PARTS && (this.#pending === "" || this.#pending === " ");
  }

  /** Whether a word so far says that something was refused. */
  get sawRefusal(): boolean {
    return this.#sawRefusal;
  }

  /** Whether the text so far has a clause of SQL. */
  get sawSql(): boolean {
    return this.#sawSql;
  }

  /** Whether a word so far says what a value must be. */
  get sawBound(): boolean {
    return this.#sawBound;
  }

  get #isExpected(): boolean {
    return this.#second === "expected" || this.#third === "expected";
  }

  /** Whether this point is between braces, as in JSON. */
  get inObject(): boolean {
    return this.#depth > 0;
  }

  /** A line that was there already says no more: of many rows each fails alike. */
  lineBreak(): void {
    this.#closeLine();
    this.space();
  }

  #closeLine(): void {
    if (this.#written === "") return;
    this.#lines ??= new Map();
    const words = this.#written.slice(Math.max(0, this.#written.search(FIRST_OF_LINE)));
    this.#lastLine = this.#lines.has(words) ? undefined : words;
    if (this.#lastLine !== undefined) this.#lines.set(words, this.#written);
    this.#written = "";
  }

  /** Whether this point is the start of a line that is not the first. */
  get atLineStart(): boolean {
    return this.#written === "" && this.#lines !== undefined;
  }

  /** This line is an excerpt of what was read, or points at the line before, which is one. */
  excerpt(isPointer: boolean): void {
    if (isPointer && this.#lastLine !== undefined && this.#lines !== undefined && this.#lines.size > 1) {
      this.#lines.delete(this.#lastLine);
      this.#pending = " ";
    }
    this.#lastLine = undefined;
  }

  space(): void {
    if (this.#pending === "") this.#pending = " ";
    else if (!this.#pending.endsWith(" ")) this.#pending += " ";
  }

  separator(text: string): void {
    if (text === "{") this.#depth += 1;
    else if (text === "}") this.#depth = Math.max(0, this.#depth - 1);
    if (isUnitMark(text) && this.#afterPlaceholder && this.#pending.length <= 1) this.#pending = "";
    else if (isUnderline(text) && this.#pending.endsWith(text)) return;
    else if (this.#pending.length < MAX_SEPARATORS) this.#pending += text;
  }

  /** A part of a person's name. */
  name(): void {
    const parts = this.#nameParts;
    this.placeholder();
    this.#nameParts = parts + 1;
  }

  placeholder(): void {
    this.#nameParts = 0;
    if (this.#afterPlaceholder && isJoining(this.#pending)) {
      this.#pending = "";
      return;
    }
    this.#written += this.#pending + PLACEHOLDER;
    this.#pending = "";
    this.#afterPlaceholder = true;
  }

  /** A word that stays, unless it belongs to the number before it. */
  word(word: string, lower = word.toLowerCase()): void {
    this.#third = this.#second;
    this.#second = this.#last;
    this.#last = lower;
    if (REFUSES.has(lower)) this.#sawRefusal = true;
    if (lower === "must" || (KINDS_OF_VALUES.has(lower) && this.#isExpected)) this.#sawBound = true;
    if (word.length <= 6 && SQL_CLAUSES.has(word)) this.#sawSql = true;
    const isVerb = this.#counted || this.#afterPlaceholder;
    this.#counted = false;
    let written = isVerb ? (SINGULAR_VERBS.get(lower) ?? word) : word;
    if (this.#afterPlaceholder && this.#pending.length <= 2) {
      const near = this.#pending === "" || this.#pending === " ";
      if (
        (near && (UNITS.has(lower) || AFTER_TIME.has(lower) || CURRENCIES.has(word))) ||
        (MONTHS.has(lower) && isJoining(this.#pending))
      ) {
        this.#pending = "";
        return;
      }
      if (this.#pending === " ") {
        written = singular(written);
        this.#counted = true;
      }
    }
    this.#written += this.#pending + written;
    this.#pending = "";
    this.#afterPlaceholder = false;
    this.#nameParts = 0;
  }

  finish(): string {
    if (this.#pending.endsWith(" ^")) this.#pending = this.#pending.slice(0, -2);
    if (this.#lines === undefined) return (this.#written + this.#pending).trim();
    this.#closeLine();
    let whole = "";
    for (const line of this.#lines.values()) whole += line;
    return (whole + this.#pending).trim();
  }
}

const isJoining = (separators: string): boolean => separators.length <= 3 && /^[ ,/:\-.|;+~x×–&_#]*$/.test(separators);

/** As long as what stands above it. */
const isUnderline = (text: string): boolean => text === "~" || text === "^";

const isUnitMark = (text: string): boolean => text === "%" || text === "$" || text === "£" || text === "¥";

/** "1 item is" and "2 items are" */
const SINGULAR_VERBS: ReadonlyMap<string, string> = new Map([
  ["are", "is"],
  ["were", "was"],
  ["have", "has"],
]);

/** "1 item" and "2 items" are one message, as are "1 retry" and "2 retries". */
function singular(word: string): string {
  if (word.length <= 3 || !/[^isu]s$/.test(word)) return word;
  return word.length > 4 && word.endsWith("ies") ? `${word.slice(0, -3)}y` : word.slice(0, -1);
}
