import { boundText } from "../safe-text.js";
import { writeChunk } from "./chunk.js";
import { withoutKnownValues } from "./known-sentences.js";
import { withOrderedJson } from "./ordered-json.js";
import { judgeQuoted, QuoteFinder } from "./quotes.js";
import { SkeletonWriter } from "./writer.js";

/** As much of a message as is read: its first 3,072 and last 1,024 characters. */
export const MAX_MESSAGE_LENGTH = 4_096;

/** What stays of a message over all occurrences of its cause; reads at most `MAX_MESSAGE_LENGTH` characters. */
export function skeletonOf(message: string): string {
  const text = boundText(message, MAX_MESSAGE_LENGTH);
  return readSkeleton(withOrderedJson(withoutKnownValues(text)));
}

/** The skeleton of a text of any length, in one pass; time grows with the length. */
export function readSkeleton(text: string): string {
  const writer = new SkeletonWriter();
  const quotes = new QuoteFinder(text);
  const snippetEnd = text.lastIndexOf(" is not valid JSON");
  let index = 0;
  while (index < text.length) {
    if (writer.lastWord === "token" && text.startsWith(" in JSON at", index + 1)) {
      writeToken(text.charAt(index), writer);
      index += 1;
      continue;
    }
    const code = text.charCodeAt(index);
    if (isChunkCode(code)) {
      const end = chunkEnd(text, index);
      if (writer.atLineStart && isExcerpt(text, index, end)) {
        writer.excerpt(code === DASH);
        index = lineEnd(text, end);
        continue;
      }
      writeChunk(text.slice(index, end), writer, text.slice(end, end + 40));
      index = end;
    } else if (BREAKS[code] === SPACE) {
      if (code === LINE_FEED) writer.lineBreak();
      else writer.space();
      index += 1;
    } else if (BREAKS[code] === QUOTE) {
      index = readQuote({ text, index, writer, quotes, snippetEnd });
    } else {
      index = readPunctuation(text, index, writer);
    }
  }
  return oneOfEach(withoutRepeats(withoutAside(writer.finish())));
}

interface QuotePosition {
  text: string;
  index: number;
  writer: SkeletonWriter;
  quotes: QuoteFinder;
  snippetEnd: number;
}

/** Quotation marks themselves are not written: what they hold decides. Answers where to read on. */
function readQuote({ text, index, writer, quotes, snippetEnd }: QuotePosition): number {
  // V8 shows a part of what it could not parse, with quotation marks of its own in it.
  if (
    index < snippetEnd &&
    snippetEnd - index < 200 &&
    text.charAt(index) === '"' &&
    writer.recentWords.includes("token")
  ) {
    writer.placeholder();
    return snippetEnd;
  }
  if (quotes.isClosing(index)) return index + 1;
  const close = quotes.closingOf(index);
  if (close < 0) return index + 1;
  const content = text.slice(index + 1, close);
  if (content.length === 1 && writer.lastWord === "token") {
    writeToken(content, writer);
    return close + 1;
  }
  const verdict = judgeQuoted({ content, mark: text.charAt(index), isLast: close >= text.length - 2 }, writer);
  if (verdict === "read") {
    quotes.leaveOpen(close);
    return index + 1;
  }
  if (verdict === "keep") writer.word(content.replace(PERIOD, "_*").replace(INDEX, "*").replace(ID, "*"));
  else writer.placeholder();
  return close + 1;
}

/** A comma too many and a fence around JSON are defects of their own; `<` or a letter begin what is no JSON at all. */
function writeToken(token: string, writer: SkeletonWriter): void {
  if ("]}`".includes(token)) writer.word(token, "token");
  else writer.placeholder();
}

/** An IPv6 address in brackets and PostgreSQL's `Key (a)=(b)` are values. Answers where to read on. */
function readPunctuation(text: string, index: number, writer: SkeletonWriter): number {
  const character = text.charAt(index);
  if (character === "[") {
    const found = /^\[[0-9a-fA-F]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\]/.exec(text.slice(index, index + 48));
    if (found !== null) {
      writer.placeholder();
      return index + found[0].length;
    }
  }
  if (character === "(" && writer.pending.endsWith("=")) {
    const close = text.slice(index, index + 256).indexOf(")");
    if (close > 0) {
      writer.placeholder();
      return index + close + 1;
    }
  }
  if (character === "(" && writer.afterPlaceholder) {
    if (text.charAt(index - 1) === " " && AFTER_COUNTRY.test(text.slice(Math.max(0, index - 5), index))) {
      const areaCode = /^\(\d{1,5}\)/.exec(text.slice(index, index + 8));
      if (areaCode !== null) {
        writer.placeholder();
        return index + areaCode[0].length;
      }
    }
    const repeated = /^\((?:(?:[A-Z][A-Za-z]{1,20} ){1,4}Time|line \d+ column \d+)\)/.exec(
      text.slice(index, index + 64),
    );
    if (repeated !== null) {
      writer.placeholder();
      return index + repeated[0].length;
    }
  }
  writer.separator(character);
  return index + 1;
}

/** Lists of alike objects, as zod's issues over many rows, count once each. */
function withoutRepeats(skeleton: string): string {
  const [open, between, close] = skeleton.includes("},{") ? ["[{", "},{", "}]"] : ["[ {", "}, {", "} ]"];
  if (!skeleton.includes(between)) return skeleton;
  const first = skeleton.slice(0, skeleton.indexOf(between)).lastIndexOf(open) + open.length;
  const end = skeleton.indexOf(close, skeleton.lastIndexOf(between) + between.length + 1);
  if (first < open.length || end < 0) return skeleton;
  const parts = skeleton.slice(first, end).split(between);
  return skeleton.slice(0, first) + [...new Set(parts)].join(between) + skeleton.slice(end);
}

/** How often it was tried, when it is tried again and where more stands to read: some occurrences say it, some do not. */
function withoutAside(skeleton: string): string {
  const end = skeleton.length - 1;
  if (end < 16 || !ASIDES_END.includes(skeleton.charAt(end))) return skeleton;
  const found = ASIDE.exec(skeleton.slice(-80));
  return found === null || end - found[0].length < 8 ? skeleton : skeleton.slice(0, -found[0].length);
}

/** `[deal_*, deal_*]` is `[deal_*]`: how many there were says nothing. */
function oneOfEach(skeleton: string): string {
  if (!ENDS_ITEM.test(skeleton)) return skeleton;
  const parts = skeleton.split(",");
  let last = "";
  let whole = "";
  for (const [index, part] of parts.entries()) {
    const item = part.trimStart();
    const again = index > 0 && ENDS_LAST.test(last) && item.startsWith(last) && !/^[\w*]/.test(item.slice(last.length));
    whole += again ? item.slice(last.length) : index > 0 ? `,${part}` : part;
    if (!again) last = item.slice(endOfBrackets(item));
    else if (item.length > last.length) last = "";
  }
  return whole;
}

/** Where what stands behind the last bracket or white space begins. */
function endOfBrackets(item: string): number {
  let start = item.length;
  while (start > 0 && !BRACKET_OR_SPACE.test(item.charAt(start - 1))) start -= 1;
  return start;
}

/** Readers show the lines that they failed at, as ` 12 | a: [`, and point at the place with `-----^`. */
function isExcerpt(text: string, start: number, end: number): boolean {
  if (text.charCodeAt(start) === DASH) return /^-+\^$/.test(text.slice(start, end));
  return text.startsWith(" | ", end) && /^\d{1,9}$/.test(text.slice(start, end));
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

function chunkEnd(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && isChunkCode(text.charCodeAt(end))) end += 1;
  return end;
}

/** A table's name holds the time that it is for: `events_2026_08`, `events_p20260801`. */
const PERIOD = /_[a-z]?(?:19|20)\d\d(?:_?[a-z]?\d\d){0,2}(?=_|$)/;

/** `+1 (415) 555-4766` */
const AFTER_COUNTRY = /\+\d{1,3} $/;

/** Of `items[3].price` and `items.3.price`. */
const INDEX = /(?<=\[|[./])\d{1,9}(?=\]|[./]|$)/g;

/** Of a thing in a table of things: `reading 'cus_57svs74z4d1e'`. */
const ID =
  /(?<=^|[_.])(?=[a-z\d]*\d[a-z]{1,2}\d)[a-z\d]{12,}$|^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$|^(?=\D*\d)[\da-f]{16,}$/;

const ASIDES_END = "*).se";
const ASIDE =
  /(?: [([](?:attempt|retry|try) \*(?: (?:of|\/) \*)?[)\]]|[,;] (?:retrying|will retry|retry) (?:in|after) \*| (?:Visit|See|Read) \*(?: (?:to learn more|for (?:more )?(?:details|information)))?)\.?$/i;

/** Behind a value in a list there may stand a quotation mark that JSON escapes. */
const ENDS_ITEM = /\*\\?,/;
const BRACKET_OR_SPACE = /[\s[\](){}]/;
const ENDS_LAST = /\*\\?$/;

const LINE_FEED = 10;
const DASH = 45;
const QUOTE = 2;
const SPACE = 3;
/** By character code: 1 where a chunk ends, 2 where it ends in a quotation mark, 3 in white space. */
const BREAKS = new Uint8Array(0x3010);
for (let code = 0; code <= 32; code += 1) BREAKS[code] = SPACE;
for (let code = 127; code <= 160; code += 1) BREAKS[code] = SPACE;
for (const code of [0x202f, 0x205f, 0x2028, 0x2029, 0x3000]) BREAKS[code] = SPACE;
for (let code = 0x2000; code <= 0x200b; code += 1) BREAKS[code] = SPACE;
for (const character of "()<>{}[],;") BREAKS[character.charCodeAt(0)] = 1;
for (const character of "\"'`“”„‘’‚«»‹›「」『』") BREAKS[character.charCodeAt(0)] = QUOTE;

const isChunkCode = (code: number): boolean => code >= BREAKS.length || BREAKS[code] === 0;
