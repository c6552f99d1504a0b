/** Pages run no script at all, nothing of theirs is inline or comes from elsewhere, and nobody frames them. */
const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
];

/** Swagger UI is a script of ours that asks this server, and draws its icons from `data:` images. */
const API_DOCS_POLICY = [
  ...PAGE_POLICY.filter((directive) => !directive.startsWith("img-src")),
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
];

export type ResponseKind = "api" | "page" | "asset";

export interface SecurityHeaderOptions {
  /** The route's pattern. */
  route: string;
  kind: Exclude<ResponseKind, "api">;
  /** The instance's origin is https. */
  secure: boolean;
}

/** Sets what every page and file carries; a header that the route set itself stays. */
export function setSecurityHeaders(headers: Headers, { route, kind, secure }: SecurityHeaderOptions): void {
  headers.set("x-content-type-options", "nosniff");
  if (secure) headers.set("strict-transport-security", "max-age=31536000; includeSubDomains");
  headers.set("content-security-policy", (route === "/docs/api" ? API_DOCS_POLICY : PAGE_POLICY).join("; "));
  headers.set("x-frame-options", "DENY");
  // With no-referrer a form's Origin would read "null", and forms are checked by it.
  headers.set("referrer-policy", "same-origin");
  headers.set("cross-origin-opener-policy", "same-origin");
  headers.set("cross-origin-resource-policy", "same-origin");
  headers.set("permissions-policy", "camera=(), geolocation=(), microphone=()");
  if (kind === "page" && !headers.has("cache-control")) headers.set("cache-control", "no-store");
}
