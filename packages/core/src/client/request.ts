import type * as z from "zod";
import { ApiError, UnexpectedAnswerError, UnreachableError } from "./api-error.js";
import type { FetchLike, FetchLikeResponse } from "./fetch-like.js";
import { retryDelay } from "./retry.js";

/** A schema that is loaded when it is needed: zod takes longer to start than a request takes. */
export type LazySchema<T> = () => Promise<z.ZodType<T>>;

/** A request that was answered, for a debug log. It has no header and no body, so no credential either. */
export interface AnsweredRequest {
  method: string;
  url: string;
  status: number;
  requestId: string | null;
  milliseconds: number;
}

export interface RequestSettings {
  apiUrl: string;
  headers: Record<string, string>;
  fetch: FetchLike;
  timeoutMs: number;
  onAnswer: ((answer: AnsweredRequest) => void) | undefined;
}

export interface ApiRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: Record<string, string | undefined>;
  headers?: Record<string, string>;
  body?: unknown;
}

/**
 * Sends a request and checks its answer against `schema`, which loads while the answer is on its way.
 * Throws {@link ApiError} when refused, {@link UnreachableError} without an answer,
 * {@link UnexpectedAnswerError} when the answer is none of this API's.
 */
export async function requestJson<T>(
  settings: RequestSettings,
  request: ApiRequest,
  schema: LazySchema<T>,
): Promise<T> {
  const [text, loaded] = await Promise.all([requestText(settings, request), schema()]);
  const parsed = loaded.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".");
  throw new UnexpectedAnswerError(settings.apiUrl, `${request.method} ${request.path}: unexpected ${where || "body"}`);
}

/** As {@link requestJson}, for a request that is answered without a body. */
export async function requestEmpty(settings: RequestSettings, request: ApiRequest): Promise<void> {
  await requestText(settings, request);
}

async function requestText(settings: RequestSettings, request: ApiRequest): Promise<string> {
  for (let retries = 0; ; retries++) {
    const { response, text } = await exchange(settings, request);
    if (response.status >= 200 && response.status < 300) return text;
    const delay = retryDelay(request.method, response, retries);
    if (delay === null) throw await refusal(settings, response, text);
    await new Promise((resolve) => setTimeout(resolve, delay));
  }
}

async function exchange(settings: RequestSettings, { method, path, query, headers, body }: ApiRequest) {
  const url = settings.apiUrl + path + search(query);
  const started = performance.now();
  try {
    const response = await settings.fetch(url, {
      method,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...settings.headers,
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(settings.timeoutMs),
      redirect: "manual",
    });
    const text = await response.text();
    settings.onAnswer?.({
      method,
      url,
      status: response.status,
      requestId: response.headers.get("x-request-id"),
      milliseconds: performance.now() - started,
    });
    return { response, text };
  } catch (error) {
    throw new UnreachableError(settings.apiUrl, connectionProblem(error, settings.timeoutMs));
  }
}

function search(query: ApiRequest["query"]): string {
  const entries = Object.entries(query ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return entries.length > 0 ? `?${new URLSearchParams(entries)}` : "";
}

async function refusal({ apiUrl }: RequestSettings, response: FetchLikeResponse, text: string): Promise<Error> {
  if (response.status < 400) {
    const location = response.headers.get("location");
    return new UnexpectedAnswerError(apiUrl, location ? `it redirects to ${location}` : `status ${response.status}`);
  }
  const { ErrorBody } = await import("../schemas/error.js");
  // As much of it as there is: a proxy in front of the server may answer something else.
  const parsed = ErrorBody.partial().safeParse(parseJson(text));
  return new ApiError(response.status, parsed.success ? parsed.data : {});
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function connectionProblem(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return "unknown reason";
  if (error.name === "TimeoutError") return `no answer in ${timeoutMs / 1000} s`;
  const cause = error.cause instanceof Error ? error.cause : error;
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.name;
}
