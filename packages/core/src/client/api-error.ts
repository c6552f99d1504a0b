import type { ErrorBody, ErrorIssue } from "../schemas/error.js";

/** The server refused a request. `message` is its own sentence. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** The server's stable word for the reason; `unknown` when something else than the API answered. */
  readonly code: string;
  readonly requestId: string | null;
  /** The scopes that a 403 names. */
  readonly scopes: string[];
  readonly issues: ErrorIssue[];

  constructor(status: number, body: { [Key in keyof ErrorBody]?: ErrorBody[Key] | undefined }) {
    super(body.error ?? `The server answered ${status}.`);
    this.status = status;
    this.code = body.code ?? "unknown";
    this.requestId = body.requestId ?? null;
    this.scopes = body.scopes ?? [];
    this.issues = body.issues ?? [];
  }
}

/** No answer: nothing listens there, the name does not resolve, or the time ran out. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
  readonly apiUrl: string;

  constructor(apiUrl: string, reason: string) {
    super(`Cannot reach ${apiUrl} (${reason}).`);
    this.apiUrl = apiUrl;
  }
}

/** Something answered, but not as this API does: most often another server at that address. */
export class UnexpectedAnswerError extends Error {
  override readonly name = "UnexpectedAnswerError";
  readonly apiUrl: string;

  constructor(apiUrl: string, reason: string) {
    super(`${apiUrl} did not answer as a Trigger.dev server would (${reason}).`);
    this.apiUrl = apiUrl;
  }
}
