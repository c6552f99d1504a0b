/** How deep JSON may be nested. `JSON.stringify` recurses, and some thousands of levels would exhaust its stack. */
export const MOST_JSON_NESTING = 1000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether JSON is nested deeper than `MOST_JSON_NESTING`; one pass, without recursion. Of text that is no JSON it says nothing. */
export function isNestedTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at + 1);
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > MOST_JSON_NESTING) return true;
    } else if (code === 0x5d || code === 0x7d) {
      depth--;
    }
  }
  return false;
}

/** Where the string that begins at `start` is closed. Most of a body are strings, and a search skips what is in them. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

/** Behind an odd number of backslashes; the quote that opens the string ends their count. */
function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === BACKSLASH) before--;
  return (at - before) % 2 === 0;
}
