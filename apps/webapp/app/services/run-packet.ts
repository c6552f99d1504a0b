import { isNestedTooDeep } from "../api/json-nesting.js";

export const JSON_TYPE = "application/json";
const SUPER_JSON_TYPE = "application/super+json";

/** Text that is no JSON, or that no answer could hold as JSON, stays text. */
const parsed = (text: string): unknown => {
  if (isNestedTooDeep(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/**
 * A stored payload as a reader wants it: JSON parsed, superjson's envelope (`{"json": …}`) taken off, other text as it is.
 * Undefined when there is none.
 */
export function readPacket(text: string | null, type: string): unknown {
  if (text === null) return undefined;
  if (type === SUPER_JSON_TYPE) {
    const envelope = parsed(text);
    return typeof envelope === "object" && envelope !== null && "json" in envelope ? envelope.json : envelope;
  }
  return type === JSON_TYPE ? parsed(text) : text;
}

/**
 * What to store of a triggered payload. Without a type it is the JSON value itself; with one it is text of that type
 * (a client that sends a value all the same gets it written as JSON).
 */
export function storePacket(payload: unknown, type: string | undefined): { text: string | null; type: string } {
  if (payload === undefined) return { text: null, type: type ?? JSON_TYPE };
  if (type !== undefined && typeof payload === "string") return { text: payload, type };
  return { text: JSON.stringify(payload), type: JSON_TYPE };
}
