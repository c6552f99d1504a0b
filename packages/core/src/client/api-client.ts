import { normalizeApiUrl } from "./api-url.js";
import { accountMethods } from "./account-methods.js";
import { errorMethods } from "./error-methods.js";
import { auditMethods } from "./audit-methods.js";
import type { FetchLike } from "./fetch-like.js";
import { organizationMethods } from "./organization-methods.js";
import { projectMethods } from "./project-methods.js";
import type { AnsweredRequest, RequestSettings } from "./request.js";
import { runMethods } from "./run-methods.js";

export interface ApiClientOptions {
  /** Address of the server, such as `http://127.0.0.1:3030`. */
  apiUrl: string;
  /** Any credential that goes into `Authorization: Bearer`. Leave it out to sign in. */
  accessToken?: string | undefined;
  /** Sent with every request. */
  headers?: Record<string, string>;
  /** The transport; the global `fetch` by default. */
  fetch?: FetchLike;
  /** For one request and its answer; 30 s by default. */
  timeoutMs?: number;
  /** Told of each answer, for a debug log. */
  onAnswer?: (answer: AnsweredRequest) => void;
}

/** A typed client of the HTTP API. Throws TypeError for an address or a token that cannot be one. */
export function createApiClient(options: ApiClientOptions) {
  const apiUrl = normalizeApiUrl(options.apiUrl);
  if (!apiUrl) throw new TypeError("apiUrl must be an http or https address");
  if (options.accessToken !== undefined && !/^[!-~]+$/.test(options.accessToken)) {
    throw new TypeError("accessToken has characters that no token has");
  }
  const settings: RequestSettings = {
    apiUrl,
    headers: {
      ...options.headers,
      ...(options.accessToken === undefined ? {} : { authorization: `Bearer ${options.accessToken}` }),
    },
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    timeoutMs: options.timeoutMs ?? 30_000,
    onAnswer: options.onAnswer,
  };
  return {
    apiUrl,
    ...accountMethods(settings),
    ...projectMethods(settings),
    ...runMethods(settings),
    ...errorMethods(settings),
    ...auditMethods(settings),
    ...organizationMethods(settings),
  };
}

export type ApiClient = ReturnType<typeof createApiClient>;
