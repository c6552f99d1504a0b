import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { AppError } from "./errors.js";
import { isNestedTooDeep, MOST_JSON_NESTING } from "./json-nesting.js";

const MIB = 1024 * 1024;
const DEFAULT_BODY_LIMIT = MIB;
export const PAYLOAD_BODY_LIMIT = 32 * MIB;

const tooLarge = (limit: number) =>
  new AppError("payload_too_large", `The body is larger than ${limit / MIB} MiB, the most that this route takes.`);

/** The body as it arrives. @throws AppError 413 as soon as it is over the limit */
async function* chunksOf(request: Request, limit: number): AsyncGenerator<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge(limit);
  if (request.body === null) return;
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel();
      throw tooLarge(limit);
    }
    yield value;
  }
}

async function readBytes(request: Request, limit: number): Promise<ArrayBuffer | Uint8Array> {
  const length = request.headers.get("content-length");
  // The HTTP parser holds a body to its content-length; only a chunked one has to be counted.
  if (length !== null && Number(length) <= limit) return request.arrayBuffer();
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(request, limit)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const createDecoder = () => new TextDecoder("utf-8", { fatal: true });
const UTF8 = createDecoder();

/** @throws AppError 400 for bytes that are no UTF-8: what stands in their place would be a guess */
function decodeText(bytes: ArrayBuffer | Uint8Array | undefined, { decoder = UTF8, stream = false } = {}): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch {
    throw notUsable("is not valid UTF-8");
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

type WholeBodyOptions = Pick<BodyOptions, "limit" | "hasArrived">;

/**
 * Reads a body as text.
 * @throws AppError 400 for a body that breaks off or is no UTF-8, 413 over the limit
 */
export async function readTextBody(request: Request, options: WholeBodyOptions): Promise<string> {
  return decodeText(await readWhole(request, options));
}

async function readWhole(request: Request, { limit = DEFAULT_BODY_LIMIT, hasArrived }: WholeBodyOptions) {
  const bytes = await readBytes(request, limit).catch((thrown: unknown) => {
    throw thrown instanceof AppError ? thrown : brokenOff();
  });
  if (!hasArrived()) throw brokenOff();
  return bytes;
}

export interface LineOptions extends Pick<BodyOptions, "hasArrived"> {
  /** Bytes of the whole body. */
  limit: number;
  /** Characters of one line, and about those of a group. */
  lineLimit: number;
  groupSize: number;
  groupLength: number;
}

/** Lines that stand together, and the number of the first of them, from 0. */
export interface LineGroup {
  first: number;
  lines: string[];
}

/**
 * Reads a body by lines, a group at a time: no more of it is held than one group and one line.
 * @throws AppError 400 for a body that breaks off or is no UTF-8, of which the groups before are whole; 413 over a limit
 */
export async function* readLineGroups(request: Request, options: LineOptions): AsyncGenerator<LineGroup> {
  const decoder = createDecoder();
  let group: LineGroup = { first: 0, lines: [] };
  let length = 0;
  let pending = "";
  const chunks = chunksOf(request, options.limit);
  for (;;) {
    const { done, value } = await chunks.next().catch((thrown: unknown) => {
      throw thrown instanceof AppError ? thrown : brokenOff();
    });
    if (done && !options.hasArrived()) throw brokenOff();
    const text = decodeText(value ?? undefined, { decoder, stream: !done });
    const [head = "", ...more] = (done ? `${text}\n` : text).split("\n");
    pending += head;
    for (const next of more) {
      group.lines.push(pending);
      length += pending.length;
      pending = next;
      if (group.lines.length < options.groupSize && length < options.groupLength) continue;
      yield group;
      group = { first: group.first + group.lines.length, lines: [] };
      length = 0;
    }
    if (pending.length > options.lineLimit) throw tooLarge(options.lineLimit);
    if (done) break;
  }
  if (group.lines.length > 0) yield group;
}

/**
 * Reads a JSON body; an empty one is `{}`.
 * @throws AppError 400 for a body that breaks off, 413 over the limit, 415 for another media type, 400 for what is no JSON or nested too deep
 */
export async function readJsonBody(
  request: Request,
  { limit = DEFAULT_BODY_LIMIT, plainText, hasArrived }: BodyOptions,
): Promise<unknown> {
  const text = await readTextBody(request, { limit, hasArrived });
  return parseJsonBody(request, text, { plainText });
}

function parseJsonBody(request: Request, text: string, { plainText = false }: Pick<BodyOptions, "plainText">): unknown {
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

/** What a gzipped body may become, as a multiple of its own limit. */
const MOST_INFLATION = 4;
const inflate = promisify(gunzip);

/**
 * Reads a JSON body that may be gzipped (`content-encoding`), which telemetry is allowed to be.
 * @throws AppError as `readJsonBody`; 413 for what inflates to more than four times the limit, 415 for another coding
 */
export async function readGzippedJsonBody(request: Request, options: BodyOptions): Promise<unknown> {
  const coding = (request.headers.get("content-encoding") ?? "identity").trim().toLowerCase();
  if (coding === "identity") return readJsonBody(request, options);
  if (coding !== "gzip") {
    throw new AppError("unsupported_media_type", "The body must be plain or gzipped.");
  }
  const maxOutputLength = (options.limit ?? DEFAULT_BODY_LIMIT) * MOST_INFLATION;
  const bytes = await inflate(await readWhole(request, options), { maxOutputLength }).catch((error: unknown) => {
    throw error instanceof RangeError ? tooLarge(maxOutputLength) : notUsable("is not valid gzip");
  });
  return parseJsonBody(request, decodeText(bytes), options);
}

const notUsable = (message: string) =>
  new AppError("invalid_request", `The body ${message}.`, { param: "body", issues: [{ path: "body", message }] });
