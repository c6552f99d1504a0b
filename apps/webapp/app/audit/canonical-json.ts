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

/** One text for one value, whatever order its keys are in; what `jsonb` gives back has the same. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  const members = entries
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}

/** The JSON of `value` as a row keeps it, its texts made keepable; one that is too long says only so. */
export function keepableJson(value: object): string {
  const kept = JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "string" ? keepableText(member) : member,
  );
  return canonicalJson(kept.length > MAX_JSON ? { omitted: "too long" } : JSON.parse(kept));
}
