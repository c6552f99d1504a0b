/** Every stable error code of the API, with its status. */
export const ERROR_STATUS = {
  bad_request: 400,
  invalid_request: 400,
  unauthorized: 401,
  insufficient_scope: 403,
  invalid_scope: 403,
  refused_by_policy: 403,
  exceeds_own: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  too_many_live_tokens: 429,
  internal_error: 500,
  not_implemented: 501,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

export interface Issue {
  /** Where in the request: `body.cap[0]`, `query.page[size]`. */
  path: string;
  message: string;
  /** A scope that is none, and the nearest one. */
  scope?: string;
  suggestion?: string;
}

export interface ErrorDetails {
  param?: string;
  type?: string;
  issues?: Issue[];
  scopes?: string[];
  deniedScopes?: string[];
}

/** An expected refusal on its way to the caller: a sentence that says what to do, a stable code, and what helps. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  readonly headers: Record<string, string>;

  constructor(
    code: ErrorCode,
    message: string,
    { headers = {}, ...details }: ErrorDetails & { headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = "AppError";
    this.code = code;
    this.details = details;
    this.headers = headers;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** 401: one generic sentence, whatever was wrong. The reason goes to the log alone. */
export const unauthorized = () =>
  new AppError("unauthorized", "The credential is missing, malformed, expired or revoked.", {
    headers: { "www-authenticate": "Bearer" },
  });

/** 429 that says when to come again: whole seconds for everybody, epoch milliseconds for the published SDK. */
export const tooManyRequests = (
  message: string,
  waitMs: number,
  { code = "rate_limited", headers = {} }: { code?: ErrorCode; headers?: Record<string, string> } = {},
) =>
  new AppError(code, message, {
    headers: {
      "retry-after": String(Math.max(1, Math.ceil(waitMs / 1000))),
      "x-ratelimit-reset": String(Date.now() + Math.max(waitMs, 0)),
      ...headers,
    },
  });

/** 404 for what is not there and for what the caller may not see, alike. */
export const notFound = (what: string) => new AppError("not_found", `${what} not found`);

/** 501: members and roles are managed where an RBAC plugin makes them differ. */
export const rolesNotImplemented = () =>
  new AppError(
    "not_implemented",
    "This instance treats every member alike: members and roles are managed here once a role-aware RBAC plugin is loaded (RBAC_PLUGIN). Until then its operator adds and removes members.",
  );

/** 501 for what published clients can ask and this server does not do. They would repeat it otherwise. */
export const notServed = (sentence: string) =>
  new AppError("not_implemented", sentence, { headers: { "x-should-retry": "false" } });

/** 403 that names the scopes of which any one would do (RFC 6750 §3.1). */
export const insufficientScope = (anyOf: readonly string[]) =>
  new AppError("insufficient_scope", `This credential needs the scope ${anyOf.join(" or ")}.`, {
    scopes: [...anyOf],
    headers: { "www-authenticate": 'Bearer error="insufficient_scope"' },
  });
