import { decodeBase64url } from "./base64url.js";
import { MAX_TOKEN_LENGTH } from "./constants.js";
import { type JwtRefusal, refuse } from "./refusal.js";
import { isJsonObject, type JsonObject, parseJsonObject } from "./strict-json.js";

export interface JwtHeader {
  alg: "HS256";
  typ?: string;
  kid?: string;
}

/** A compact JWS (RFC 7515 §7.1) of the one algorithm used here, its signature not yet checked. */
export interface CompactJws {
  header: JwtHeader;
  payload: Uint8Array;
}

const HS256_BYTES = 32;
/** They name or carry a key, or change how the rest is read (RFC 7515 §4.1, RFC 7797, RFC 7516). */
const REFUSED_PARAMETERS = ["crit", "jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256", "b64", "zip"] as const;

/** Takes a compact JWS apart, strictly. Never throws. */
export function parseCompactJws(token: string): { ok: true; jws: CompactJws } | JwtRefusal {
  if (token.length > MAX_TOKEN_LENGTH) return refuse("malformed");
  const [headerText, payloadText, signatureText, ...more] = token.split(".", 4);
  if (headerText === undefined || payloadText === undefined || signatureText === undefined || more.length > 0) {
    return refuse("malformed");
  }
  const headerBytes = decodeBase64url(headerText);
  const payload = decodeBase64url(payloadText);
  const signature = decodeBase64url(signatureText);
  if (!headerBytes || !payload || !signature) return refuse("malformed");

  const members = parseJsonObject(headerBytes);
  if (!members) return refuse("malformed");
  const parsed = parseHeader(members);
  if (!parsed.ok) return parsed;
  if (signature.length !== HS256_BYTES) return refuse("signature");
  return { ok: true, jws: { header: parsed.header, payload } };
}

function parseHeader(members: JsonObject): { ok: true; header: JwtHeader } | JwtRefusal {
  if (members.alg !== "HS256") return refuse("algorithm");
  if (REFUSED_PARAMETERS.some((name) => Object.hasOwn(members, name))) return refuse("malformed");
  const { typ, kid } = members;
  const header: JwtHeader = { alg: "HS256" };
  if (typ !== undefined) {
    if (typeof typ !== "string") return refuse("malformed");
    header.typ = typ;
  }
  if (kid !== undefined) {
    if (typeof kid !== "string") return refuse("malformed");
    header.kid = kid;
  }
  return { ok: true, header };
}

/** What a token says of itself. Nothing in it is proved: good for choosing a verifier or a key, for nothing else. */
export interface UnverifiedJwt {
  header: JwtHeader;
  claims: JsonObject;
}

/** Reads a token without checking its signature, as strictly as `verifyJwt` would. Null when it could never verify. */
export function decodeJwtUnverified(token: string): UnverifiedJwt | null {
  const parsed = parseCompactJws(token);
  if (!parsed.ok) return null;
  const claims = parseJsonObject(parsed.jws.payload);
  return isJsonObject(claims) ? { header: parsed.jws.header, claims } : null;
}
