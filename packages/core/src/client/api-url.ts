/**
 * The address of a server without a trailing slash, or null where `text` is none:
 * it must be http or https, without user, query or fragment. A path is kept, for servers behind a prefix.
 */
export function normalizeApiUrl(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) return null;
  if (url.username || url.password || url.search || url.hash) return null;
  return (url.origin + url.pathname).replace(/\/$/, "");
}
