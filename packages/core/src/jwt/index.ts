export {
  type CompactJws,
  decodeJwtUnverified,
  type JwtHeader,
  parseCompactJws,
  type UnverifiedJwt,
} from "./compact.js";
export { AUDIENCE, CLOCK_SKEW_SECONDS, ISSUER, MAX_LIFETIME_SECONDS, MAX_TOKEN_LENGTH } from "./constants.js";
export type { JwtKey } from "./key.js";
export {
  createKeyRingEntry,
  findRingKey,
  formatKeyRing,
  type KeyRing,
  KeyRingError,
  parseKeyRing,
  type RingKey,
} from "./key-ring.js";
export type { JwtRefusal, JwtRefusalReason } from "./refusal.js";
export { signJwt, type SignJwtOptions } from "./sign.js";
export { isJsonObject, type JsonObject } from "./strict-json.js";
export { type VerifiedClaims, verifyJwt, type VerifyJwtOptions, type VerifyJwtResult } from "./verify.js";
