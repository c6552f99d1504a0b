import {
  DESCRIPTIVE_KEYS,
  FILE_EXTENSIONS,
  NAMES_A_NAME,
  NAMES_A_SENTENCE,
  NAMES_A_VALUE,
  KINDS_OF_VALUES,
  READS_A_VALUE,
  TECHNICAL,
} from "./vocabulary.js";
import type { SkeletonWriter } from "./writer.js";

const CLOSING: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "`": "`",
  "“": "”",
  "„": "“",
  "‘": "’",
  "‚": "‘",
  "«": "»",
  "‹": "›",
  "「": "」",
  "『": "』",
};
const MAX_QUOTED = 256;

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
    while (at !== Number.POSITIVE_INFINITY && (at <= open || !this.#closes(closing, at, open))) {
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

  /** An apostrophe in a word closes nothing, nor does SQL's doubled quote. */
  #closes(closing: string, at: number, open: number): boolean {
    if (closing !== "'") return true;
    if (isWordCharacter(this.#text.charAt(at + 1))) return false;
    return at === open + 1 || (this.#text.charAt(at + 1) !== "'" && this.#text.charAt(at - 1) !== "'");
  }
}

const isWordCharacter = (character: string): boolean => /^[A-Za-z0-9_]$/.test(character);

/** JSON pointers (RFC 6901) of a validator, of which the words name what is wrong: `"instancePath":"/items/3/price"`. */
const POINTER_KEYS: ReadonlySet<string> = new Set(["instancepath", "schemapath", "datapath", "pointer", "jsonpointer"]);
const pendingAssigns = ({ pending }: SkeletonWriter): boolean => /[:=] ?$/.test(pending);

const NAME = /^[A-Za-z_$@][\w$.@[\]/ -]{0,119}$/;
const PATH = /^(?:\/[\w.]|[A-Za-z]:\\|~\/|\.{1,2}\/|arn:|[a-z][a-z\d+.-]{0,20}:\/\/)/;
/** `Invoice no. 12.pdf`: with a digit, a space or a letter beyond ASCII, since `config.json` names a part of the program. */
const FILE_NAME = new RegExp(String.raw`^(?=.*[\s\d\u0080-\uffff]).+\.(?:${FILE_EXTENSIONS})$`, "i");
/** A program quotes its own names in ASCII; these marks are of sentences for people, about what people wrote. */
const OF_SENTENCES = "„«「『‹‚";
const PERSON = /^(?:\p{Lu}[\p{Ll}.'-]+ )+\p{Lu}[\p{Ll}.'-]+$/u;
/** Of an error that is shown as an object. */
const CLASS = /(?:Error|Exception|Failure)$/;
/** One word with a digit and a dash, or with three digits at its end. */
const ID = /^(?=[^\s_]*\d)[^\s_]*-[^\s_]*$|^[A-Za-z]*\d{3,}$/;
const NAME_OR_PATH = /^[\w.:$-]*$/;
const LONGEST_NAME = 96;

/** A text in quotation marks. */
interface Quoted {
  readonly content: string;
  readonly mark: string;
  /** Whether the message ends with it. */
  readonly isLast: boolean;
}

/** What to do with a quoted text: keep it as it is, put a placeholder, or read it like the rest. */
export function judgeQuoted(quoted: Quoted, writer: SkeletonWriter): "keep" | "replace" | "read" {
  const { content, isLast } = quoted;
  if (KINDS_OF_VALUES.has(content)) return "read";
  const follows = !writer.afterPlaceholder && (writer.pending === "" || writer.pending === " ");
  if (follows && NAMES_A_NAME.has(writer.lastWord) && NAME.test(content)) return "keep";
  if (POINTER_KEYS.has(writer.lastWord) && pendingAssigns(writer)) return "keep";
  if (PATH.test(content) || (content.includes(".") && FILE_NAME.test(content))) return "replace";
  if (/[\n{}]/.test(content) || (content.trim() === "" && !isLast)) return "read";
  return isValue(quoted, writer) ? "replace" : "read";
}

function isValue({ content, mark, isLast }: Quoted, writer: SkeletonWriter): boolean {
  const { lastWord, pending } = writer;
  if (OF_SENTENCES.includes(mark)) return !NAMES_A_NAME.has(lastWord);
  const isDescribed = DESCRIPTIVE_KEYS.has(lastWord);
  if (content.length > LONGEST_NAME || (mark === "'" && writer.sawSql)) return true;
  if (pending.includes("=") && /[=(] ?$/.test(pending) && !isDescribed) return true;
  if (NAMES_A_VALUE.has(lastWord) && !writer.afterPlaceholder && /^[:=]? ?$/.test(pending)) return true;
  if (READS_A_VALUE.has(lastWord) && pending === " ") return true;
  if (NAMES_A_SENTENCE.has(lastWord) && /^:? $/.test(pending) && !NAME_OR_PATH.test(content)) return true;
  // Of Node: `Received type string ('a b')`
  if (lastWord === "string" && pending === " (") return true;
  if (isDescribed && pendingAssigns(writer)) return false;
  if (ID.test(content) && !TECHNICAL.has(content.toLowerCase())) return true;
  // `invalid input syntax for type uuid: "x"` ends in what was refused.
  if (/: ?$/.test(pending)) {
    if (lastWord.endsWith("name")) return PERSON.test(content) || (writer.inObject && !CLASS.test(content));
    return isLast && writer.sawRefusal && !NAMES_A_NAME.has(lastWord);
  }
  return PERSON.test(content);
}
