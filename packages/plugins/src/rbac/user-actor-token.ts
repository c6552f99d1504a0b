import { AUDIENCE, findRingKey, ISSUER, type KeyRing, signJwt, verifyJwt } from "@trigger.dev/core/jwt";
import { isId } from "@trigger.dev/core/ids";
import { z } from "zod";
import { MAX_SCOPES } from "./check-scopes.js";
import type { RefusalReason } from "./contract.js";
import { MAX_SCOPE_LENGTH } from "./scopes.js";

export const USER_ACTOR_TOKEN_PREFIX = "tr_uat_";

/** The header's `typ`, which no other kind of token has. */
const TYPE = "uat+jwt";
/** In every id and label: some character, and no control among them. */
const label = z.string().regex(/^[^\p{Cc}]{1,255}$/u);

const UserActorClaims = z.object({
  iss: z.literal(ISSUER),
  aud: z.literal(AUDIENCE),
  kind: z.literal("user_actor"),
  /** The user that the bearer acts for. */
  sub: label,
  /** The token's id in the ledger. */
  jti: z.string().refine((text) => isId("uat", text)),
  iat: z.number(),
  exp: z.number(),
  /** What the token is narrowed to. Absent: to nothing, it may do what its user may. */
  cap: z.array(z.string().max(MAX_SCOPE_LENGTH)).max(MAX_SCOPES).optional(),
  /** The label of who acts, and the personal access token that it was minted from. */
  act: z.object({ client: label, pat: label }),
});

/** The claims of a user-actor token. Times are epoch seconds. */
export type UserActorClaims = z.infer<typeof UserActorClaims>;

/** What the minter decides; issuer, audience and kind are always the same. */
export type NewUserActorClaims = Omit<UserActorClaims, "iss" | "aud" | "kind">;

/** Whether `text` claims to be a user-actor token, by its prefix alone. */
export function isUserActorToken(text: string): boolean {
  return text.startsWith(USER_ACTOR_TOKEN_PREFIX);
}

/** A user-actor token, `tr_uat_` and a JWT, signed by the newest key of `ring`. */
export async function signUserActorToken({
  claims,
  ring,
}: {
  claims: NewUserActorClaims;
  ring: KeyRing;
}): Promise<string> {
  const { sub, jti, iat, exp, cap, act } = claims;
  const jwt = await signJwt({
    typ: TYPE,
    key: ring.keys[0],
    claims: { iss: ISSUER, aud: AUDIENCE, kind: "user_actor", sub, jti, iat, exp, ...(cap ? { cap } : {}), act },
  });
  return USER_ACTOR_TOKEN_PREFIX + jwt;
}

export type VerifiedUserActorToken = { ok: true; claims: UserActorClaims } | { ok: false; reason: RefusalReason };

/** Verifies form, key, signature, times and claims. Whether the ledger knows the token is for the caller to ask. */
export async function verifyUserActorToken(
  token: string,
  { ring, now }: { ring: KeyRing; now?: Date },
): Promise<VerifiedUserActorToken> {
  if (!isUserActorToken(token)) return { ok: false, reason: "wrong_kind" };
  const verified = await verifyJwt(token.slice(USER_ACTOR_TOKEN_PREFIX.length), {
    typ: TYPE,
    findKey: ({ kid }) => findRingKey(ring, kid),
    ...(now ? { now } : {}),
  });
  if (!verified.ok) return verified;
  const { success, data } = UserActorClaims.safeParse(verified.claims);
  if (success) return { ok: true, claims: data };
  return { ok: false, reason: verified.claims.kind === "user_actor" ? "bad_claims" : "wrong_kind" };
}
