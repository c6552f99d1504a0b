import { stripVTControlCharacters } from "node:util";

/** C0 and C1 controls, line separators, and the marks that turn the direction of text. */
const UNPRINTABLE = /[\p{Control}\u2028-\u202e\u2066-\u2069]+/gu;
const CREDENTIAL = /\b(tr_(?:pat|uat|dev|stg|prod|preview)_)[\w.~+/=-]{8,}|\beyJ[\w-]{8,}(?:\.[\w-]*){1,2}/g;

/** Text from elsewhere as one harmless line: no escape sequence, no line break, no hidden direction. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text).replace(UNPRINTABLE, " ").trim();
}

/** Takes whatever looks like a token or a key out of a message. */
export function redact(text: string): string {
  return text.replace(CREDENTIAL, (_, prefix: string | undefined) => `${prefix ?? "eyJ"}…`);
}

/** JSON in one line whose strings hold no raw control character, so that it may be shown on a terminal. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
