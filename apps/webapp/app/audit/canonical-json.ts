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

const compare = (left: string, right: string): number => (left < right ? -1 : Number(left > right));

/** Most are sorted as they are written. */
function sortedEntries(value: object): [string, unknown][] {
  const entries = Object.entries(value);
  const isSorted = entries.every(([key], index) => index === 0 || (entries[index - 1]?.[0] ?? "") < key);
  return isSorted ? entries : entries.sort(([left], [right]) => compare(left, right));
}

/** One text for one value, whatever order its keys are in; what `jsonb` gives back has the same. */
export function canonicalJson(value: unknown, keep: (text: string) => string = asItIs): string {
  if (typeof value === "string") return JSON.stringify(keep(value));
  if (value instanceof Date) return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, keep)).join(",")}]`;
  let members = "";
  for (const [key, member] of sortedEntries(value)) {
    if (member === undefined) continue;
    members += `${members === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(member, keep)}`;
  }
  return `{${members}}`;
}

/** The JSON of `value` as a row keeps it, its texts made keepable; one that is too long says only so. */
export function keepableJson(value: object): string {
  const kept = canonicalJson(value, keepableText);
  return kept.length > MAX_JSON ? canonicalJson({ omitted: "too long" }) : kept;
}
