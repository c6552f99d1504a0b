import { isGivenName } from "./given-names.js";
import { isLetter, isLetters } from "./letters.js";
import { isHost, writeLetters, writePiece } from "./pieces.js";
import { BEFORE_HOST, FILE_EXTENSIONS, KINDS_OF_VALUES, MONTHS } from "./vocabulary.js";
import type { SkeletonWriter } from "./writer.js";

const EMAIL = /^[^\s@:=]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/;
const PATH = /^(?:\/[\w.@~%+[-]|\.{1,2}\/|~\/|[A-Za-z]:[\\/]|\\\\\w)/;
const COLON_ADDRESS = /^(?=[^:]*:[^:]*:)[0-9A-Fa-f:.]+(?:%\w+)?Z?$/;
const DATE_TIME = /^\d{4}[-/]\d{1,2}[-/]\d{1,2}|^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|^\d{1,2}:\d{2}/;
const OPAQUE = /^(?:[A-Za-z0-9+/_-]{16,}|[A-Za-z0-9+/]{10,}={1,2})$/;
const CODE_FOLLOWS = /^ is not (?:a function|a constructor|iterable|defined|callable|async)/;
/** A minifier names objects anew in each build: `t.close is not a function`. */
const SHORT_RECEIVER = /^[A-Za-z_$][\w$]?(?=\.)/;
const OTHER_DIGITS = /(\p{Nd}+)/u;
const HTTP_VERSION = /^HTTP\/\d(?:\.\d)?$/;
/** `orders.csv:12:5` */
const PLACE_IN_FILE = /^[\w@.~-]{1,128}\.[a-z][a-z0-9]{0,4}(?::\d{1,9}){1,2}$/i;
const DEGREES = /^-?[\d.,]*°[CFK]$/;
const CURRENCY_BEFORE = /^-?[$€£¥₹₩]-?\.?\d/;
/** `scan_4073-final.pdf` */
const NUMBERED_FILE = new RegExp(String.raw`^(?=\D{0,128}\d)[\w@~+-][\w@.~+-]{0,250}\.(?:${FILE_EXTENSIONS})$`, "i");
/** `data/items/3/price` of a validator: its words name what is wrong. */
const POINTER =
  /^(?:\/(?=(?:[^/]*\/)*\d+(?:\/|$)|[^/]*$))?(?:[A-Za-z_$][\w$~-]*|\d{1,9})(?:\/(?:[A-Za-z_$][\w$~-]*|\d{1,9}))*$/;
const JUDGED = /^ (?:must|should) (?:be|have|not|match|pass|contain|equal)\b/i;
/** `Europe/Berlin`, after a word such as "zone" also an unknown one. */
const TIME_ZONE = /^[A-Z][a-z]+(?:\/[A-Z][A-Za-z_+-]+){1,2}$/;
const TIME_ZONE_AREA = /^(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)\//;
const ZONE_WORDS: readonly string[] = ["zone", "timezone", "tz"];
/** They adorn. */
const PICTURES = /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f)+$/u;
/** `2025年6月3日` */
const UNITS_OF_DATES = "年月日時分秒년월일시분초";
const FILE = /^[\w@.~-]+(?:\/[\w@.~-]+)*\.[a-z][a-z0-9]{0,4}$/i;

/** Writes a run of characters without white space, quotes, brackets, commas and semicolons. */
export function writeChunk(chunk: string, writer: SkeletonWriter, rest: string): void {
  if (BEFORE_HOST.has(writer.lastWord) && isHostName(chunk, writer)) return writer.placeholder();
  if (rest === "" && isRefusedAtEnd(chunk, writer)) return writer.placeholder();
  const nameEnd = nameEndOf(chunk, writer, rest);
  if (nameEnd > 0) {
    writer.name();
    if (nameEnd < chunk.length) writer.separator(chunk.slice(nameEnd));
    return;
  }
  if (isLetters(chunk)) return writeLetters(chunk, writer, rest);
  let end = chunk.length;
  while (end > 0 && isTrailing(chunk.charCodeAt(end - 1))) end -= 1;
  const core = end === chunk.length ? chunk : chunk.slice(0, end);
  if (core !== "") writeCore(core, writer, end === chunk.length ? rest : chunk.slice(end) + rest);
  if (end < chunk.length) writer.separator(chunk.slice(end));
}

/** Where a part of a person's name ends that begins the chunk: `Ada` before a capitalised word, and what follows; or 0. */
function nameEndOf(chunk: string, writer: SkeletonWriter, rest: string): number {
  const code = chunk.charCodeAt(0);
  if (!writer.afterName) {
    const mayBegin = (code <= 90 ? code >= 65 : code >= 0xc0) && chunk.length <= LONGEST_GIVEN_NAME;
    return mayBegin && isGivenName(chunk) && SURNAME_FOLLOWS.test(rest) ? chunk.length : 0;
  }
  if (NAME_PARTICLES.has(chunk) && SURNAME_FOLLOWS.test(rest)) return chunk.length;
  if (chunk.length === 1 && SURNAME_WITH_APOSTROPHE.test(chunk + rest)) return 1;
  return SURNAME.exec(chunk)?.[0].length ?? 0;
}

const LONGEST_GIVEN_NAME = 12;
const PARTICLES = "van von de da di del della la le bin ben al el ter ten der den dos du".split(" ");
const NAME_PARTICLES: ReadonlySet<string> = new Set(PARTICLES);
const SURNAME_FOLLOWS = new RegExp(
  String.raw`^ (?:\p{Lu}\. )?(?:(?:${PARTICLES.join("|")}) ){0,2}\p{Lu}[\p{Ll}'’]`,
  "u",
);
/** `O'Brien` */
const SURNAME_WITH_APOSTROPHE = /^\p{Lu}['’]\p{Lu}/u;
/** Or an initial. */
const SURNAME = /^(?:\p{Lu}[\p{L}’-]+(?=[.:!?…]*$)|\p{Lu}\.$)/u;

/** `Unexpected value: shipped` */
const isRefusedAtEnd = (chunk: string, { lastWord, pending, sawRefusal }: SkeletonWriter): boolean =>
  lastWord === "value" && sawRefusal && pending === ": " && !KINDS_OF_VALUES.has(chunk);

/** `.`, `:`, `!`, `?` and the ellipsis close a phrase. */
const isTrailing = (code: number): boolean =>
  code === 46 || code === 58 || code === 33 || code === 63 || code === 0x2026;

function writeCore(core: string, writer: SkeletonWriter, rest: string): void {
  if (isLetters(core)) return writeLetters(core, writer, rest);
  if (CODE_FOLLOWS.test(rest) && !/^["'\d]/.test(core)) return writer.word(core.replace(SHORT_RECEIVER, "*"));
  const first = core.charCodeAt(0);
  if ((first === 36 || first > 127 || first === 45) && CURRENCY_BEFORE.test(core))
    return writeCore(core.slice(first === 45 ? 2 : 1), writer, rest);
  if (core.charCodeAt(core.length - 2) === 0xb0 && DEGREES.test(core)) return writer.placeholder();
  if (writer.afterPlaceholder && core.length < 11 && MONTHS.has(core.toLowerCase())) return writer.word(core);
  if (first > 0x2000 && PICTURES.test(core)) return writer.space();
  if (first === 72 && HTTP_VERSION.test(core)) return writer.word(core, "http");
  if (core.includes(":")) {
    const scheme = core.indexOf("://");
    if (scheme > 0) return writeUrl(core, scheme, writer, rest);
    if (COLON_ADDRESS.test(core) || PLACE_IN_FILE.test(core)) return writer.placeholder();
    const assigned = core.indexOf("=") + 1;
    if (assigned > 0 && COLON_ADDRESS.test(core.slice(assigned))) {
      writeSplit(core.slice(0, assigned), writer, rest);
      return writer.placeholder();
    }
  }
  if (core.startsWith("arn:")) return writer.placeholder();
  const hasSlash = core.includes("/");
  if (hasSlash && JUDGED.test(rest) && POINTER.test(core)) return writeSplit(core, writer, rest);
  if (PATH.test(core) || (first >= 48 && first <= 57 && DATE_TIME.test(core))) return writer.placeholder();
  if (core.includes("@") && EMAIL.test(core)) return writer.placeholder();
  if (core.includes("***") || isOpaque(core)) return writer.placeholder();
  if (hasSlash && (isPath(core) || isOnHost(core) || isTimeZone(core, writer))) return writer.placeholder();
  if (isWindowsPath(core) || (core.includes(".") && NUMBERED_FILE.test(core))) return writer.placeholder();
  writeSplit(core, writer, rest);
}

/** What stands behind `ENOTFOUND`, but another name of an error. */
const isHostName = (chunk: string, { pending }: SkeletonWriter): boolean =>
  pending === " " && chunk.length < 256 && /^[\w.-]+(?::\d+)?$/.test(chunk) && !/^E[A-Z_]+$/.test(chunk);

/** `key=https://…` keeps its key. */
function writeUrl(core: string, scheme: number, writer: SkeletonWriter, rest: string): void {
  let start = scheme;
  while (start > 0 && /[A-Za-z0-9+.-]/.test(core.charAt(start - 1))) start -= 1;
  if (start > 0) writeSplit(core.slice(0, start), writer, rest);
  writer.placeholder();
}

/** A JWT, base64, a nanoid, a trace id: long, with a digit, and no words joined by dashes. */
function isOpaque(core: string): boolean {
  if (core.startsWith("eyJ") && core.length > 20) return true;
  if (core.length < 12 || !OPAQUE.test(core) || !/\d/.test(core) || !/[A-Za-z]/.test(core)) return false;
  if (/^[a-z]{2,12}_/.test(core) || /^[A-Z0-9_]+$/.test(core)) return false;
  return (/[a-z]/.test(core) && /[A-Z]/.test(core)) || /^[0-9a-f]+$/i.test(core);
}

function isPath(core: string): boolean {
  const slashes = core.split("/").length - 1;
  if (/^\d[\d./]*$/.test(core)) return true;
  if (/^HTTPS?\//.test(core)) return false;
  return slashes > 1 || FILE.test(core.slice(0, core.indexOf(":") < 0 ? undefined : core.indexOf(":")));
}

/** `registry.example.com/app:1.2`, `localhost:5000/app` */
function isOnHost(core: string): boolean {
  const [host = "", port] = core.slice(0, core.indexOf("/")).split(":");
  return port === undefined
    ? host.includes(".") && isHost(host)
    : /^\d{2,5}$/.test(port) && /^[a-z][a-z\d.-]*$/.test(host);
}

const isTimeZone = (core: string, { recentWords }: SkeletonWriter): boolean =>
  TIME_ZONE.test(core) && (TIME_ZONE_AREA.test(core) || recentWords.some((word) => ZONE_WORDS.includes(word)));

const isWindowsPath = (core: string): boolean =>
  core.includes("\\") && core.split("\\").length > 2 && /\w\\\w/.test(core);

/** Parts around `:`, `=`, `/` and the like, each for itself; letters beyond ASCII are words of their own. */
function writeSplit(core: string, writer: SkeletonWriter, rest: string): void {
  let index = 0;
  while (index < core.length) {
    const code = core.charCodeAt(index);
    const belongs = isPieceCode(code) ? isPieceCode : isBeyondAscii(code) ? isBeyondAscii : null;
    let end = index + 1;
    while (belongs !== null && end < core.length && belongs(core.charCodeAt(end))) end += 1;
    const part = core.slice(index, end);
    if (belongs === isPieceCode) writePart(part, writer, end < core.length ? core.slice(end, end + 40) : rest);
    else if (belongs === isBeyondAscii) writeBeyondAscii(part, writer);
    else if (part === "*") writer.placeholder();
    else writer.separator(part);
    index = end;
  }
}

/** Digits of every script are digits: Arabic ones, wide ones. */
function writeBeyondAscii(part: string, writer: SkeletonWriter): void {
  if (part.length === 1 && writer.afterPlaceholder) {
    if (writer.pending === "" && UNITS_OF_DATES.includes(part)) return;
    if (part === "×" || part === "–") return writer.separator(part);
  }
  if (!OTHER_DIGITS.test(part)) return writer.word(part);
  for (const run of part.split(OTHER_DIGITS)) {
    if (OTHER_DIGITS.test(run)) writer.placeholder();
    else if (run !== "") writer.word(run);
  }
}

/** Dashes around a word are punctuation, before a digit a sign. */
function writePart(part: string, writer: SkeletonWriter, rest: string): void {
  if (isLetters(part)) return writeLetters(part, writer, rest);
  let start = 0;
  while (start < part.length && /[-.+]/.test(part.charAt(start)) && !/\d/.test(part.charAt(start + 1))) start += 1;
  if (start > 0) writer.separator(part.slice(0, start));
  const piece = part.slice(start);
  if (piece === "") return;
  if (isHost(piece)) return writer.placeholder();
  writePiece(piece, writer, rest);
}

const isBeyondAscii = (code: number): boolean => code > 0xbf;

/** Letters, digits and what stands within an id, a number or a host: `_`, `-`, `.`, `+`. */
const isPieceCode = (code: number): boolean =>
  isLetter(code) || (code >= 48 && code <= 57) || code === 95 || code === 45 || code === 46 || code === 43;
