import { AUDIENCE, CLOCK_SKEW_SECONDS, ISSUER, MAX_LIFETIME_SECONDS } from "./constants.js";
import { type JwtHeader, parseCompactJws } from "./compact.js";
import { importKey, type JwtKey } from "./key.js";
import { type JwtRefusal, refuse } from "./refusal.js";
import { isSignedWith } from "./signature.js";
import { type JsonObject, parseJsonObject } from "./strict-json.js";

/** Claims whose registered members have been checked (RFC 7519 §4.1). Times are epoch seconds. */
export type VerifiedClaims = JsonObject & { iss: string; aud: string; iat: number; exp: number };

export type VerifyJwtResult = { ok: true; header: JwtHeader; claims: VerifiedClaims } | JwtRefusal;

export interface VerifyJwtOptions {
  /** The header's `typ`, exactly; a list allows any of its members, `undefined` standing for an absent one. */
  typ: string | readonly (string | undefined)[];
  /** The key or the keys that may have signed; null or an empty list refuses. */
  findKey: (header: JwtHeader) => JwtKey | readonly JwtKey[] | null | undefined;
  issuer?: string;
  audience?: string;
  now?: Date;
  maxLifetimeSeconds?: number;
  clockSkewSeconds?: number;
}

/** Verifies a token of one kind. Every refusal is a value: no input makes it throw. */
export async function verifyJwt(token: string, options: VerifyJwtOptions): Promise<VerifyJwtResult> {
  const parsed = parseCompactJws(token);
  if (!parsed.ok) return parsed;
  const { header } = parsed.jws;
  const allowed = typeof options.typ === "string" ? [options.typ] : options.typ;
  if (!allowed.includes(header.typ)) return refuse("wrong_kind");

  const signed = checkSignature(token, header, options.findKey);
  if (!signed.ok) return signed;
  const claims = parseJsonObject(parsed.jws.payload);
  if (!claims) return refuse("malformed");
  return checkClaims(header, claims, options);
}

function checkSignature(
  token: string,
  header: JwtHeader,
  findKey: VerifyJwtOptions["findKey"],
): { ok: true } | JwtRefusal {
  const found = findKey(header);
  const candidates = found ? [found].flat() : [];
  if (candidates.length === 0) return refuse("unknown_key");
  for (const { secret } of candidates) {
    if (secret !== "" && isSignedWith(token, importKey(secret))) return { ok: true };
  }
  return refuse("signature");
}

function checkClaims(header: JwtHeader, claims: JsonObject, options: VerifyJwtOptions): VerifyJwtResult {
  const { iss, aud, iat, exp, nbf } = claims;
  const { issuer = ISSUER, audience = AUDIENCE } = options;
  if (iss !== issuer || aud !== audience) return refuse("bad_claims");
  if (!isNumericDate(iat) || !isNumericDate(exp)) return refuse("bad_claims");
  if (nbf !== undefined && !isNumericDate(nbf)) return refuse("bad_claims");

  const { maxLifetimeSeconds = MAX_LIFETIME_SECONDS, clockSkewSeconds = CLOCK_SKEW_SECONDS } = options;
  const now = (options.now?.getTime() ?? Date.now()) / 1000;
  if (exp <= iat || exp - iat > maxLifetimeSeconds) return refuse("lifetime");
  if (Math.max(iat, nbf ?? iat) > now + clockSkewSeconds) return refuse("not_yet_valid");
  if (exp + clockSkewSeconds <= now) return refuse("expired");
  return { ok: true, header, claims: { ...claims, iss: issuer, aud: audience, iat, exp } };
}

/** RFC 7519 §2: seconds, possibly with a fraction. */
function isNumericDate(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}
