export type JsonObject = Record<string, unknown>;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** What no database column or log line takes: NUL, and half of a surrogate pair. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/**
 * The object that `bytes` spell in UTF-8 JSON, or null. Null as well for what two parsers could read differently: a
 * key given twice at any depth, `__proto__` as a key, a byte-order mark, NUL or a lone surrogate.
 */
export function parseJsonObject(bytes: Uint8Array): JsonObject | null {
  try {
    const text = utf8.decode(bytes);
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) && isUnambiguous(text) ? value : null;
  } catch {
    return null;
  }
}

/** Whether `value` is a JSON object: not null, not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One pass over text that `JSON.parse` accepts, so only strings and brackets matter. */
function isUnambiguous(text: string): boolean {
  /** The keys of each open object; null for an open list. */
  const open: (Set<string> | null)[] = [];
  let keyIsNext = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      const content = unescape(text.slice(at, end + 1));
      if (content === null) return false;
      const keys = open.at(-1);
      if (keyIsNext && keys) {
        if (keys.has(content) || content === "__proto__") return false;
        keys.add(content);
        keyIsNext = false;
      }
      at = end;
    } else if (character === "{") {
      open.push(new Set());
      keyIsNext = true;
    } else if (character === "[") {
      open.push(null);
      keyIsNext = false;
    } else if (character === "}" || character === "]") {
      open.pop();
      keyIsNext = false;
    } else if (character === ",") {
      keyIsNext = Boolean(open.at(-1));
    }
  }
  return true;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

/**
 * What a string literal spells, so that two spellings of one key (`a` and `\u0061`) are one; null when unstorable. UTF-8
 * and JSON leave escapes as the only way to spell such a thing.
 */
function unescape(literal: string): string | null {
  if (!literal.includes("\\")) return literal.slice(1, -1);
  const content = String(JSON.parse(literal));
  return UNSTORABLE.test(content) ? null : content;
}
