import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** Where a page of groups ended. */
export interface ErrorCursor {
  /** The order of the list, such as `lastSeen`. */
  readonly sort: string;
  /** The value of the last row in that order: milliseconds or a count. */
  readonly value: number;
  /** The last row itself, for rows of one value. */
  readonly id: string;
  /** When the first page was read, in milliseconds: later pages look at the list as it was then. */
  readonly asOf: number;
  /** How many pages led to it: of two cursors that a client sends at once, the later is meant. */
  readonly turn: number;
}

/** The list that a cursor belongs to; a cursor of another list is refused. */
export interface ErrorListing {
  readonly sort: string;
  /** Every filter, and the environment. The order of keys makes no difference. */
  readonly filters: Readonly<Record<string, unknown>>;
  /** The secret that cursors are sealed with. */
  readonly key: string | Uint8Array;
}

/** Why a cursor is refused; each is a 400. */
export type CursorRefusal = "malformed" | "altered" | "other_list";

const TAG_BYTES = 16;
const MAX_LENGTH = 1_024;
const VERSION = 1;

/** An opaque, URL-safe text that only `openErrorCursor` with the same listing reads. */
export function sealErrorCursor(cursor: ErrorCursor, listing: ErrorListing): string {
  const { sort, value, id, asOf, turn } = cursor;
  const body = Buffer.from(JSON.stringify([VERSION, sort, hashOf(listing.filters), value, id, asOf, turn]), "utf8");
  return Buffer.concat([tagOf(body, listing.key), body]).toString("base64url");
}

/** Reads a cursor, or says why not. */
export function openErrorCursor(
  text: string,
  listing: ErrorListing,
): { ok: true; cursor: ErrorCursor } | { ok: false; reason: CursorRefusal } {
  if (text.length > MAX_LENGTH || !/^[A-Za-z0-9_-]+$/.test(text)) return { ok: false, reason: "malformed" };
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length <= TAG_BYTES || bytes.toString("base64url") !== text) return { ok: false, reason: "malformed" };
  const body = bytes.subarray(TAG_BYTES);
  if (!timingSafeEqual(bytes.subarray(0, TAG_BYTES), tagOf(body, listing.key))) return { ok: false, reason: "altered" };
  const parts: unknown = JSON.parse(body.toString("utf8"));
  if (!Array.isArray(parts)) return { ok: false, reason: "malformed" };
  const [version, sort, filters, value, id, asOf, turn]: unknown[] = parts;
  if (version !== VERSION || typeof value !== "number" || typeof id !== "string")
    return { ok: false, reason: "malformed" };
  if (typeof asOf !== "number" || typeof turn !== "number") return { ok: false, reason: "malformed" };
  if (sort !== listing.sort || filters !== hashOf(listing.filters)) return { ok: false, reason: "other_list" };
  return { ok: true, cursor: { sort: listing.sort, value, id, asOf, turn } };
}

/** The label keeps a tag of ours from serving anywhere else that the same key seals. */
const tagOf = (body: Uint8Array, key: string | Uint8Array): Buffer =>
  createHmac("sha256", key).update("error-cursor\0").update(body).digest().subarray(0, TAG_BYTES);

const hashOf = (filters: ErrorListing["filters"]): string =>
  createHash("sha256").update(canonical(filters)).digest("base64url").slice(0, 16);

function canonical(value: unknown): string {
  if (value instanceof Date) return JSON.stringify(value.toISOString());
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return `{${entries
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, entry]) => `${JSON.stringify(name)}:${canonical(entry)}`)
    .join(",")}}`;
}
