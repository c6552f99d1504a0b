import { isEnvironmentKey } from "@trigger.dev/core/ids";
import { parseCompactJws } from "@trigger.dev/core/jwt";
import { isUserActorToken, type RefusalReason } from "@trigger.dev/plugins/rbac";
import type { ResolverContext } from "../credentials/context.js";
import { hasEnvironmentKeyPrefix } from "../credentials/environment-key.js";
import { EXCHANGED_TYP } from "../credentials/environment-jwt-claims.js";
import { verifyExchanged } from "../credentials/exchanged-jwt.js";
import { findPatFlaw } from "../credentials/personal-access-token.js";
import { createSelfSignedVerifier, readClaimed } from "../credentials/self-signed-jwt.js";
import { sha256 } from "../credentials/sha256.js";
import { verifyUserActor } from "../credentials/user-actor.js";
import { createBatched } from "./batched.js";
import { findHashes, findSealedKeys } from "./lookups.js";

/**
 * Why a token cannot be good, else null: then whoever presents it had it from us, and it is to be authenticated. Asks
 * the database for all who wait at once, and of what a signature of ours proves asks nothing.
 */
export type Screen = (token: string) => Promise<RefusalReason | null>;

/** The screen for floods: it tells forged and guessed tokens from real ones, be they live or not. */
export const createScreen = ({ reader, secrets, encryption, log, now }: Omit<ResolverContext, "usage">): Screen => {
  const isKnownPat = createBatched(findHashes(reader, "personal_access_token"));
  const isKnownKey = createBatched(findHashes(reader, "environment_key"));
  const keysOf = createBatched(findSealedKeys(reader, now));
  const verifySelfSigned = createSelfSignedVerifier({ encryption, log });
  const hashOf = (token: string) => sha256(token).toString("hex");

  const screenPat: Screen = async (token) =>
    findPatFlaw(token) ?? ((await isKnownPat(hashOf(token))) ? null : "unknown");

  const screenKey: Screen = async (token) => {
    if (!isEnvironmentKey(token)) return "malformed";
    return (await isKnownKey(hashOf(token))) ? null : "unknown";
  };

  const screenSelfSigned: Screen = async (token) => {
    const at = new Date(now());
    const claimed = readClaimed(token, at);
    if (!claimed.ok) return claimed.reason;
    const keys = await keysOf(claimed.claims.environmentId);
    if (!keys) return "unknown";
    return reasonOf(await verifySelfSigned(token, { ...keys, at }));
  };

  return async (token) => {
    if (isUserActorToken(token)) return reasonOf(await verifyUserActor(token, secrets, now()));
    if (hasEnvironmentKeyPrefix(token)) return screenKey(token);
    if (token.startsWith("tr_")) return screenPat(token);
    const parsed = parseCompactJws(token);
    if (!parsed.ok) return parsed.reason;
    return parsed.jws.header.typ === EXCHANGED_TYP
      ? reasonOf(await verifyExchanged(token, secrets, now()))
      : screenSelfSigned(token);
  };
};

const reasonOf = (verified: { ok: true } | { ok: false; reason: RefusalReason }): RefusalReason | null =>
  verified.ok ? null : verified.reason;
