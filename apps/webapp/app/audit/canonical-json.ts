/** The longest text that stands in a row; what is cut ends with an ellipsis. */
const MAX_TEXT = 4096;
/** The longest JSON that stands in a row. */
const MAX_JSON = 65_536;

/** NUL, and halves of a surrogate pair. */
// oxlint-disable-next-line no-control-regex -- these are what it takes out
const UNKEEPABLE = /[\u0000\p{Surrogate}]/gu;

/** `text` as PostgreSQL can keep it: without NUL and broken Unicode, of a bounded length. */
export function keepableText(text: string): string {
  const bounded = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  return bounded.replaceAll(UNKEEPABLE, "\ufffd");
}

const asItIs = (text: string): string => text;

/** One text for one value, whatever order its keys are in; what `jsonb` gives back has the same. */
export function canonicalJson(value: unknown, keep: (text: string) => string = asItIs): string {
  if (typeof value === "string") return JSON.stringify(keep(value));
  if (value instanceof Date) return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, keep)).join(",")}]`;
  let members = "";
  const record: Record<string, unknown> = { ...value };
  for (const key of Object.keys(record).sort()) {
    if (record[key] === undefined) continue;
    members += `${members === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(record[key], keep)}`;
  }
  return `{${members}}`;
}

/** The JSON of `value` as a row keeps it, its texts made keepable; one that is too long says only so. */
export function keepableJson(value: object): string {
  const kept = canonicalJson(value, keepableText);
  return kept.length > MAX_JSON ? canonicalJson({ omitted: "too long" }) : kept;
}
