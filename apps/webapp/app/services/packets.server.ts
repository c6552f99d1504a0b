import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { CreatePacketResponseBody, ReadPacketResponseBody } from "@trigger.dev/core/v3";
import { createId, isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { notFound, tooManyRequests } from "../api/errors.js";
import { PAYLOAD_BODY_LIMIT, readTextBody } from "../api/read-body.js";
import { refuse } from "./refuse.server.js";

/** The type of a payload or an output that names a packet instead of being one. */
export const STORE_TYPE = "application/store";

const LIFETIME_MS = 86_400_000;
/** Of the URLs: who has one needs no credential, so that it must not outlive a revoked one by much. */
const URL_LIFETIME_MS = 15 * 60_000;
/** Of one environment, a day; more would fill the disk before they expire. */
const MOST_PACKETS = 10_000;
const MOST_BYTES = 4 * 1024 ** 3;

const SECRET = /^[\w-]{43}$/;
const MEDIA_TYPE = /^[a-z]+\/[\w.+-]{1,100}$/;
const sha256 = (text: string) => createHash("sha256").update(text).digest();

const EXPIRE = ["packet", "packet_content"].map((table) => `DELETE FROM ${table} WHERE expires_at <= now()`);
const heldBytes = (environment: string) =>
  `(SELECT coalesce(sum(size), 0)::float8 FROM packet_content WHERE environment_id = ${environment})`;
const HELD = `SELECT count(*)::int AS packets, ${heldBytes("$1")} AS bytes FROM packet WHERE environment_id = $1`;
const INSERT = "INSERT INTO packet (environment_id, id, secret_hash, expires_at) VALUES ($1, $2, $3, $4)";
/** `$2`: when a packet expires that was opened as long ago as a URL is open. */
const OPEN = "SELECT 1 FROM packet WHERE secret_hash = $1 AND expires_at > $2";
/**
 * The first content stays; the same once more is no fault, because clients try again. It is stored under its hash, once
 * in the environment, and as long as the last of its packets. New content has to fit, however many URLs are open.
 */
const FILL = `
  WITH target AS (
    SELECT environment_id, id, expires_at, content_hash IS NULL OR content_hash = $4 AS same,
      $5::integer + ${heldBytes("p.environment_id")} <= $6 OR EXISTS (
        SELECT FROM packet_content c WHERE c.environment_id = p.environment_id AND c.hash = $4) AS fits
    FROM packet p WHERE secret_hash = $1 AND expires_at > now() FOR UPDATE),
  stored AS (
    INSERT INTO packet_content (environment_id, hash, content, size, expires_at)
    SELECT environment_id, $4, $2, $5, expires_at FROM target WHERE same AND fits
    ON CONFLICT (environment_id, hash) DO UPDATE SET
      expires_at = greatest(packet_content.expires_at, excluded.expires_at)),
  filled AS (
    UPDATE packet SET content_hash = $4, content_type = coalesce(content_type, $3) FROM target
    WHERE packet.environment_id = target.environment_id AND packet.id = target.id AND same AND fits)
  SELECT same, fits FROM target`;
/** Of the packets of an environment, those that have their content. */
const FILLED = `packet p JOIN packet_content c ON c.environment_id = p.environment_id AND c.hash = p.content_hash
  WHERE p.environment_id = $1 AND p.id = $2 AND p.expires_at > now()`;
const READ = `SELECT c.content AS text, p.content_type AS type FROM ${FILLED}`;

/**
 * Opens a packet: a URL that takes its content once, without a credential, for 15 minutes, and the path to trigger with
 * then.
 * @throws AppError 429 when the environment has too much of them
 */
export async function createPacket(
  { pool, config }: Pick<AppContext, "pool" | "config">,
  { environment }: Pick<EnvironmentAuthentication, "environment">,
): Promise<CreatePacketResponseBody> {
  for (const statement of EXPIRE) await pool.query(statement);
  const { rows } = await pool.query<{ packets: number; bytes: number }>(HELD, [environment.id]);
  if (rows[0] && (rows[0].packets >= MOST_PACKETS || rows[0].bytes >= MOST_BYTES)) throw tooMuch();
  const id = createId("packet");
  const secret = randomBytes(32).toString("base64url");
  await pool.query(INSERT, [environment.id, id, sha256(secret), new Date(Date.now() + LIFETIME_MS)]);
  return { presignedUrl: `${config.appOrigin}/api/v2/packets/upload/${secret}`, storagePath: id };
}

const tooMuch = () =>
  tooManyRequests("This environment has uploaded as much as it may in a day. Try again later.", 3_600_000);

/**
 * Takes the content of a packet from whoever has its URL. The URL is checked before the content is read.
 * @throws AppError 404 for a URL that is none or has expired; 400 for other content than was put there first; 429 when the
 *   environment has too much of them
 */
export async function uploadPacket(
  context: Pick<AppContext, "pool" | "hasArrived">,
  request: Request,
  secret: string,
): Promise<void> {
  const hash = sha256(secret);
  const openedLast = new Date(Date.now() + LIFETIME_MS - URL_LIFETIME_MS);
  const isOpen = SECRET.test(secret) && (await context.pool.query(OPEN, [hash, openedLast])).rowCount === 1;
  if (!isOpen) throw notFound("Packet");
  const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const text = await readTextBody(request, { limit: PAYLOAD_BODY_LIMIT, hasArrived: context.hasArrived });
  if (text.includes("\0")) throw refuse("body", "The body must be text without NUL.");
  const values = [hash, text, MEDIA_TYPE.test(type) ? type : "text/plain", sha256(text), Buffer.byteLength(text)];
  const { rows } = await context.pool.query<{ same: boolean; fits: boolean }>(FILL, [...values, MOST_BYTES]);
  if (rows[0] === undefined) throw notFound("Packet");
  if (!rows[0].same) throw refuse("body", "This packet has its content already.");
  if (!rows[0].fits) throw tooMuch();
}

/**
 * The content of a packet of one environment, to be stored where it is meant to stay; undefined when there is none.
 */
export async function readStoredPacket(
  { pool }: Pick<AppContext, "pool">,
  environmentId: string,
  path: unknown,
): Promise<{ text: string; type: string } | undefined> {
  if (typeof path !== "string" || !isId("packet", path)) return undefined;
  return (await pool.query<{ text: string; type: string }>(READ, [environmentId, path])).rows[0];
}

const FIND = `SELECT p.secret_hash AS hash FROM ${FILLED}`;
const READ_URL = /^(env_[0-9a-z]{24})\.(packet_[0-9a-z]{24})\.(\d{13})\.([\w-]{43})$/;

/** Of nothing but what the database alone knows of this packet: its upload's secret, hashed. */
const readSeal = (hash: Buffer, expiresAt: string): Buffer =>
  createHmac("sha256", hash).update(`read until ${expiresAt}`).digest();

/**
 * A URL from which the content of a packet of the caller's environment can be read, without a credential, for 15 minutes.
 * @throws AppError 404
 */
export async function openPacket(
  { pool, config }: Pick<AppContext, "pool" | "config">,
  { environment }: Pick<EnvironmentAuthentication, "environment">,
  id: string,
): Promise<ReadPacketResponseBody> {
  const { rows } = isId("packet", id) ? await pool.query<{ hash: Buffer }>(FIND, [environment.id, id]) : { rows: [] };
  if (rows[0] === undefined) throw notFound("Packet");
  const expiresAt = String(Date.now() + URL_LIFETIME_MS);
  const seal = readSeal(rows[0].hash, expiresAt).toString("base64url");
  return { presignedUrl: `${config.appOrigin}/api/v2/packets/read/${[environment.id, id, expiresAt, seal].join(".")}` };
}

/**
 * The content that such a URL leads to.
 * @throws AppError 404 for a URL that is none or has expired
 */
export async function readOpenedPacket(
  { pool }: Pick<AppContext, "pool">,
  secret: string,
): Promise<{ text: string; type: string }> {
  const [, environmentId = "", id = "", expiresAt = "", seal = ""] = READ_URL.exec(secret) ?? [];
  const { rows } = id === "" ? { rows: [] } : await pool.query<{ hash: Buffer }>(FIND, [environmentId, id]);
  const [found] = rows;
  const isSealed = found && timingSafeEqual(readSeal(found.hash, expiresAt), Buffer.from(seal, "base64url"));
  const stored =
    isSealed && Number(expiresAt) > Date.now() ? await readStoredPacket({ pool }, environmentId, id) : null;
  if (!stored) throw notFound("Packet");
  return stored;
}
