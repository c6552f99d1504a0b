/** Printable ASCII without the backslash, which browsers read as a slash. */
const SAFE = /^[\x21-\x5b\x5d-\x7e]*$/;
const NOWHERE = "http://relative.invalid";

/**
 * Where to go after signing in: `text` when it is a path of this site, else `fallback`. Whatever a browser could
 * read as another host (`//evil`, `/\evil`, a scheme, control characters) is the fallback.
 */
export function redirectTarget(text: string | null | undefined, fallback = "/"): string {
  if (!text || text.length > 2048 || !text.startsWith("/") || text.startsWith("//") || !SAFE.test(text))
    return fallback;
  if (!URL.canParse(text, NOWHERE)) return fallback;
  const url = new URL(text, NOWHERE);
  const path = `${url.pathname}${url.search}`;
  return url.origin === NOWHERE && !path.startsWith("//") ? path : fallback;
}
