import { AFTER_TIME, MONTHS, REFUSES, SQL_CLAUSES, UNITS } from "./vocabulary.js";

/** What stands for anything that differs between two occurrences of one cause. */
export const PLACEHOLDER = "*";

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
  /** Lower-case words, the nearest first. */
  #last = "";
  #second = "";
  #third = "";
  #sawRefusal = false;
  #sawSql = false;

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
    return this.#written === "";
  }

  get afterPlaceholder(): boolean {
    return this.#afterPlaceholder;
  }

  /** Whether a word so far says that something was refused. */
  get sawRefusal(): boolean {
    return this.#sawRefusal;
  }

  /** Whether the text so far has a clause of SQL. */
  get sawSql(): boolean {
    return this.#sawSql;
  }

  space(): void {
    if (!this.#pending.endsWith(" ")) this.#pending += " ";
  }

  separator(text: string): void {
    if (text === "%" && this.#afterPlaceholder && this.#pending.length <= 1) this.#pending = "";
    else if (isUnderline(text) && this.#pending.endsWith(text)) return;
    else if (this.#pending.length < MAX_SEPARATORS) this.#pending += text;
  }

  placeholder(): void {
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
    if (word.length <= 6 && SQL_CLAUSES.has(word)) this.#sawSql = true;
    let written = word;
    if (this.#afterPlaceholder && this.#pending.length <= 2) {
      const near = this.#pending === "" || this.#pending === " ";
      if ((near && (UNITS.has(lower) || AFTER_TIME.has(lower))) || (MONTHS.has(lower) && isJoining(this.#pending))) {
        this.#pending = "";
        return;
      }
      if (this.#pending === " ") written = singular(word);
    }
    this.#written += this.#pending + written;
    this.#pending = "";
    this.#afterPlaceholder = false;
  }

  finish(): string {
    return (this.#written + this.#pending).trim();
  }
}

const isJoining = (separators: string): boolean => separators.length <= 3 && /^[ ,/:\-.|;+~x&_#]*$/.test(separators);

/** As long as what stands above it. */
const isUnderline = (text: string): boolean => text === "~" || text === "^";

/** "1 item" and "2 items" are one message, as are "1 retry" and "2 retries". */
function singular(word: string): string {
  if (word.length <= 3 || !/[^isu]s$/.test(word)) return word;
  return word.length > 4 && word.endsWith("ies") ? `${word.slice(0, -3)}y` : word.slice(0, -1);
}
