/** Why a token was refused. For the log; a caller is never told. */
export type JwtRefusalReason =
  /** Not three canonical base64url parts, or its JSON is ambiguous, or its header asks for what is not done here. */
  | "malformed"
  | "algorithm"
  | "wrong_kind"
  | "unknown_key"
  | "signature"
  /** A claim that is missing, of the wrong type or of the wrong value. */
  | "bad_claims"
  /** It would live too long, or it ends before it begins. */
  | "lifetime"
  | "expired"
  | "not_yet_valid";

export interface JwtRefusal {
  ok: false;
  reason: JwtRefusalReason;
}

/** The one way to refuse: a value, never a throw. */
export function refuse(reason: JwtRefusalReason): JwtRefusal {
  return { ok: false, reason };
}
