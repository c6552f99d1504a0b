import { safeText } from "@trigger.dev/errors";

/** JSON as it is stored. */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

const MOST_TEXT = 8192;
const MOST_MEMBERS = 128;
const MOST_DEPTH = 8;
/** Bytes of all the attributes of one span or line, about. */
const MOST_TOTAL = 32_768;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The members of an OTLP list; none for what is no list. */
export const listOf = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

/** The text of a member; empty when it has none. */
export const textOf = (value: unknown, limit: number): string =>
  typeof value === "string" ? safeText(value, limit) : "";

/** A whole number, which OTLP writes as a number or as text; null for what is none, or negative. */
export function wholeOf(value: unknown): bigint | null {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : null;
  return typeof value === "string" && /^\d{1,18}$|^[1-8]\d{18}$/.test(value) ? BigInt(value) : null;
}

/** What an `AnyValue` of OTLP says (opentelemetry-proto, common.proto), bounded; null for what says nothing. */
export function valueOf(any: unknown, depth = 0): Value {
  if (!isObject(any) || depth > MOST_DEPTH) return null;
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue } = any;
  if (typeof stringValue === "string") return safeText(stringValue, MOST_TEXT);
  if (typeof boolValue === "boolean") return boolValue;
  if (typeof intValue === "number" || typeof intValue === "string") return finite(intValue);
  if (typeof doubleValue === "number") return finite(doubleValue);
  if (isObject(arrayValue))
    return listOf(arrayValue["values"])
      .slice(0, MOST_MEMBERS)
      .map((member) => valueOf(member, depth + 1));
  return isObject(kvlistValue) ? Object.fromEntries(attributesOf(kvlistValue["values"], depth + 1)) : null;
}

const finite = (value: number | string): number | null => (Number.isFinite(Number(value)) ? Number(value) : null);

/** A list of OTLP attributes by key, the first of a key, as many as are kept. */
export function attributesOf(list: unknown, depth = 0): Map<string, Value> {
  const attributes = new Map<string, Value>();
  let total = 0;
  for (const { key, value } of listOf(list).slice(0, MOST_MEMBERS)) {
    const name = textOf(key, 256);
    if (name === "" || name === "__proto__" || attributes.has(name)) continue;
    const read = valueOf(value, depth);
    total +=
      name.length + (typeof read === "object" && read !== null ? JSON.stringify(read).length : String(read).length);
    if (total > MOST_TOTAL) break;
    attributes.set(name, read);
  }
  return attributes;
}
