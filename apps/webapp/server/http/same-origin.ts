const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);

/**
 * Whether a form came from a page of this site, by what browsers say and pages cannot change (Fetch Metadata, Origin).
 * The host that was asked for counts as this site as well: a browser never lies about it.
 */
export function isSameOrigin(headers: Headers, appOrigin: string): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return false;
  const origin = headers.get("origin");
  if (origin === null) return true;
  return origin === appOrigin || hostOf(origin) === headers.get("host");
}
