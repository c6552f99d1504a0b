/** `text` with the keys of the JSON that it holds in alphabetical order: a server may write them in any. */
export function withOrderedJson(text: string): string {
  const brace = text.indexOf('{"');
  if (brace < 0) return text;
  const isList = text.charAt(brace - 1) === "[";
  const start = isList ? brace - 1 : brace;
  const end = text.lastIndexOf(isList ? "]" : "}") + 1;
  // Cut short, or with something of another kind behind it that closes too.
  if (end <= start || !/["\d\]}el]\s*[\]}]$/.test(text.slice(Math.max(start, end - 8), end))) return text;
  try {
    return text.slice(0, start) + JSON.stringify(ordered(JSON.parse(text.slice(start, end)))) + text.slice(end);
  } catch {
    return text;
  }
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, ordered(inner)]),
  );
}
