import { isErrorCode, isTellingNumber } from "./numbers.js";
import { isLetter } from "./letters.js";
import { isRandomLetters } from "./random-letters.js";
import {
  CURRENCIES,
  DESCRIPTIVE_KEYS,
  KINDS_OF_VALUES,
  MONTHS,
  NAMES_A_VALUE,
  TECHNICAL,
  TOP_LEVEL_DOMAINS,
  WEEKDAYS,
} from "./vocabulary.js";
import type { SkeletonWriter } from "./writer.js";

const DIGIT = /\d/;
const HEX_LETTERS = /^(?:[a-f]{7,}|[A-F]{7,})$/;
/** `cus_NffrFeUfNVqGAK`: a short lower-case prefix and one long run of mixed case, without any digit by chance. */
const MIXED_CASE_ID = /^[a-z]{2,8}_(?=[A-Za-z]*[a-z][A-Z])(?=[A-Za-z]*[A-Z]{2})[A-Za-z]{10,}$/;
const PREFIXED = /^[a-z]{2,10}_[a-z]{12,64}$/;
/** `en-GB`, `pt_BR` */
const LOCALE = /^[a-z]{2}[-_][A-Z]{2}$/;
const COLOUR = /^(?:[\da-f]{3}|[\da-f]{6}|[\da-f]{8})$/i;
/** Of an article, a flight or a machine: `AB-1`, `MUG-1234`, `web-1234`. */
const LETTERED = /^(?:[A-Z]{1,2}-\d+|[A-Za-z]+-\d{3,})$/;
const SAYS_CHARACTER: ReadonlySet<string> = new Set(["char", "character", "symbol"]);
const DATE_FOLLOWS = /^[,.]? {1,2}(?:\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))/i;
const NUMBER_FOLLOWS = /^[,.]? {1,2}\d/;

/** Writes a piece of letters only; `rest` is the text behind it. */
export function writeLetters(piece: string, writer: SkeletonWriter, rest: string): void {
  if (piece.length >= 7 && HEX_LETTERS.test(piece)) return writer.placeholder();
  // Of `assert.ok(order.paid)`: what was no truth says nothing.
  if (rest.startsWith(" == true") && KINDS_OF_VALUES.has(piece)) return writer.placeholder();
  if (piece.length === 1) {
    if (SAYS_CHARACTER.has(writer.lastWord)) return writer.placeholder();
    // `640 x 480`
    if (piece === "x" && writer.afterPlaceholder && /^ ?\d/.test(rest)) return writer.separator(piece);
  }
  if (isCurrencyOf(piece, rest) || isColour(piece, writer)) return writer.placeholder();
  if (piece.length <= 9 && isLetter(piece.charCodeAt(0))) {
    const lower = piece.toLowerCase();
    if ((MONTHS.has(lower) && NUMBER_FOLLOWS.test(rest)) || (WEEKDAYS.has(lower) && DATE_FOLLOWS.test(rest))) {
      return writer.placeholder();
    }
    return writer.word(piece, lower);
  }
  writer.word(piece);
}

/** `#ffaa00` */
const isColour = (piece: string, { pending }: SkeletonWriter): boolean => pending.endsWith("#") && COLOUR.test(piece);
/** `EUR 12.50` */
const isCurrencyOf = (piece: string, rest: string): boolean =>
  piece.length <= 4 && piece.charCodeAt(0) <= 90 && CURRENCIES.has(piece) && /^ ?-?\d/.test(rest);

/** Writes a piece of letters, digits, `_`, `-`, `.` and `/`. */
export function writePiece(piece: string, writer: SkeletonWriter, rest: string): void {
  if (!DIGIT.test(piece) && !isPrefixedRandom(piece)) return writeWithoutDigit(piece, writer, rest);
  const lower = piece.toLowerCase();
  if (TECHNICAL.has(lower)) return writer.word(piece, lower);
  if (isErrorCode(piece, writer)) return writer.word(piece, lower);
  if (isTellingNumber(piece, writer, rest)) return writer.word(piece, lower);
  if (/^[-+.]?\d/.test(piece) || isWholeValue(writer) || isColour(piece, writer)) return writer.placeholder();
  if (piece.includes(".")) return writeDotted(piece, writer, rest);
  if (piece.includes("-")) return writeDashed(piece, writer);
  if (piece.includes("_")) return writeUnderscored(piece, writer);
  const found = /^([A-Za-z]{3,})\d+$/.exec(piece);
  if (found?.[1] === undefined || (piece.length >= 7 && /^[0-9a-fA-F]+$/.test(piece))) return writer.placeholder();
  writer.word(found[1]);
  writer.placeholder();
}

/** `cus_xwzohhdcxfju` */
const isPrefixedRandom = (piece: string): boolean =>
  PREFIXED.test(piece) && isRandomLetters(piece.slice(piece.indexOf("_") + 1));

/** `user=bob3` and `tenant acme-3`: what has a digit there is a value as a whole. */
function isWholeValue({ pending, lastWord, afterPlaceholder }: SkeletonWriter): boolean {
  if (afterPlaceholder) return false;
  return pending === "=" ? !DESCRIPTIVE_KEYS.has(lastWord) : pending === " " && NAMES_A_VALUE.has(lastWord);
}

function writeWithoutDigit(piece: string, writer: SkeletonWriter, rest: string): void {
  if (MIXED_CASE_ID.test(piece)) {
    writer.word(piece.slice(0, piece.indexOf("_") + 1));
    return writer.placeholder();
  }
  if (LOCALE.test(piece) || (piece.includes(".") && isHost(piece))) return writer.placeholder();
  writeLetters(piece, writer, rest);
}

/** Two labels and a top-level domain, or three labels; property paths such as `user.name` are none. */
export function isHost(piece: string): boolean {
  const dot = piece.lastIndexOf(".");
  if (dot < 1 || !TOP_LEVEL_DOMAINS.has(piece.slice(dot + 1)) || /[A-Z]/.test(piece)) return false;
  return piece.split(".").every((label) => /^_?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(label));
}

function writeDotted(piece: string, writer: SkeletonWriter, rest: string): void {
  if (isHost(piece) || piece.startsWith("eyJ")) return writer.placeholder();
  if (/^v\d/i.test(piece)) return writer.placeholder();
  const labels = piece.split(".");
  labels.forEach((label, index) => {
    if (index > 0) writer.separator(".");
    if (label !== "") writePiece(label, writer, index === labels.length - 1 ? rest : "");
  });
}

/** `shard-4` keeps its word; a third part, or one of letters and digits, makes the whole an id. */
function writeDashed(piece: string, writer: SkeletonWriter): void {
  if (LETTERED.test(piece)) return writer.placeholder();
  const parts = piece.split("-");
  if (parts.some((part) => DIGIT.test(part) && !/^\d+$/.test(part) && !TECHNICAL.has(part.toLowerCase()))) {
    return writer.placeholder();
  }
  if (parts.length > 2 && !TECHNICAL.has(piece.toLowerCase())) return writer.placeholder();
  writeParts(parts, "-", writer);
}

/** The words before the first part with a digit stay: the prefix of an id, the constant's name. */
function writeUnderscored(piece: string, writer: SkeletonWriter): void {
  const parts = piece.split("_");
  if (/^[A-Z][A-Z0-9_]*$/.test(piece)) {
    if (!parts.some((part) => /\d{3}|\d[A-Z]+\d/.test(part) && !/^\d+$/.test(part)))
      return writeParts(parts, "_", writer);
  }
  const first = parts.findIndex(
    (part) => (DIGIT.test(part) && !TECHNICAL.has(part.toLowerCase())) || isRandomLetters(part),
  );
  if (first < 0) return writer.word(piece);
  const isPlain = (part: string): boolean => /^\d+$/.test(part) || (!DIGIT.test(part) && !isRandomLetters(part));
  if (parts.slice(first).every(isPlain)) return writeParts(parts, "_", writer);
  if (first > 0) writer.word(`${parts.slice(0, first).join("_")}_`);
  writer.placeholder();
}

function writeParts(parts: readonly string[], separator: string, writer: SkeletonWriter): void {
  parts.forEach((part, index) => {
    if (index > 0) writer.separator(separator);
    if (/^\d+$/.test(part)) writer.placeholder();
    else if (part !== "") writer.word(part);
  });
}
