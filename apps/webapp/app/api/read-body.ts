import { AppError } from "./errors.js";
import { isNestedTooDeep, MOST_JSON_NESTING } from "./json-nesting.js";

const MIB = 1024 * 1024;
const DEFAULT_BODY_LIMIT = MIB;
export const PAYLOAD_BODY_LIMIT = 32 * MIB;

const tooLarge = (limit: number) =>
  new AppError("payload_too_large", `The body is larger than ${limit / MIB} MiB, the most that this route takes.`);

async function readText(request: Request, limit: number): Promise<string> {
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) > limit) throw tooLarge(limit);
  // The HTTP parser holds a body to its content-length; only a chunked one has to be counted.
  if (length !== null) return request.text();
  if (request.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel();
      throw tooLarge(limit);
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** Nobody is there to read this; what the rest of the body would have said must not be guessed. */
const brokenOff = () => new AppError("bad_request", "The body broke off before its end.");

const isJson = (type: string) => /^application\/(?:[\w.-]+\+)?json$/.test(type);

export interface BodyOptions {
  /** Bytes; 1 MiB unless said. */
  limit?: number | undefined;
  /** JSON under `text/plain` will do. */
  plainText?: boolean | undefined;
  /** Whether the request came to its end; asked once its body has. */
  hasArrived(): boolean;
}

/**
 * Reads a body as text.
 * @throws AppError 400 for a body that breaks off, 413 over the limit
 */
export async function readTextBody(
  request: Request,
  { limit = DEFAULT_BODY_LIMIT, hasArrived }: Pick<BodyOptions, "limit" | "hasArrived">,
): Promise<string> {
  const text = await readText(request, limit).catch((thrown: unknown) => {
    throw thrown instanceof AppError ? thrown : brokenOff();
  });
  if (!hasArrived()) throw brokenOff();
  return text;
}

/**
 * Reads a JSON body; an empty one is `{}`.
 * @throws AppError 400 for a body that breaks off, 413 over the limit, 415 for another media type, 400 for what is no JSON or nested too deep
 */
export async function readJsonBody(
  request: Request,
  { limit = DEFAULT_BODY_LIMIT, plainText = false, hasArrived }: BodyOptions,
): Promise<unknown> {
  const text = await readTextBody(request, { limit, hasArrived });
  if (text.trim() === "") return {};
  const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (!isJson(type) && !(plainText && type === "text/plain")) {
    throw new AppError(
      "unsupported_media_type",
      "The body must be JSON, with the header content-type: application/json.",
    );
  }
  if (isNestedTooDeep(text)) throw notUsable(`is nested deeper than ${MOST_JSON_NESTING} levels`);
  try {
    return JSON.parse(text);
  } catch {
    throw notUsable("is not valid JSON");
  }
}

const notUsable = (message: string) =>
  new AppError("invalid_request", `The body ${message}.`, { param: "body", issues: [{ path: "body", message }] });
