import type { AppContext } from "../api/context.js";

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);

/**
 * Whether a form came from a page of this site, by what browsers say and pages cannot change (Fetch Metadata, Origin).
 * The host that was asked for counts as this site as well: a browser never lies about it.
 */
export function isSameOrigin(request: Request, { config }: Pick<AppContext, "config">): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return false;
  const origin = request.headers.get("origin");
  if (origin === null) return true;
  return origin === config.appOrigin || hostOf(origin) === request.headers.get("host");
}
