/** `text` as one segment of a path. Throws TypeError for `.`, `..` and nothing, which a URL would resolve away. */
export function pathSegment(text: string): string {
  if (text === "" || text === "." || text === "..") throw new TypeError(`"${text}" cannot stand in a path`);
  return encodeURIComponent(text);
}
