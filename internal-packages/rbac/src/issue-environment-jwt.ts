import { AUDIENCE, ISSUER, signJwt, type KeyRing } from "@trigger.dev/core/jwt";
import { EXCHANGED_TYP } from "./credentials/environment-jwt-claims.js";

export interface ExchangedJwtGrant {
  environmentId: string;
  scopes: readonly string[];
  act: { sub: string; client?: string | null; pat: string; uat?: string | null };
  /** Epoch seconds, whole. */
  iat: number;
  exp: number;
  /** The ring `ENVIRONMENT_JWT_SECRET`; its newest key signs. */
  ring: KeyRing;
}

/** Signs the environment JWT of an exchange. Decides nothing: the caller has met scopes and cut `exp`. */
export const signEnvironmentJwt = ({
  environmentId,
  scopes,
  act,
  iat,
  exp,
  ring,
}: ExchangedJwtGrant): Promise<string> => {
  const { sub, client, pat, uat } = act;
  const actor = { sub, ...(client ? { client } : {}), pat, ...(uat ? { uat } : {}) };
  const claims = { iss: ISSUER, aud: AUDIENCE, sub: environmentId, pub: true, scopes, act: actor, iat, exp };
  return signJwt({ typ: EXCHANGED_TYP, claims, key: ring.keys[0] });
};

export interface SelfSignedClaims {
  /** The environment or the branch. */
  sub: string;
  scopes: readonly string[];
  iat: number;
  exp: number;
}

/** Signs an environment JWT with the environment's own key, as the published SDK does: it names no actor. */
export const signSelfEnvironmentJwt = (environmentKey: string, claims: SelfSignedClaims): Promise<string> => {
  const { sub, scopes, iat, exp } = claims;
  return signJwt({
    claims: { iss: ISSUER, aud: AUDIENCE, sub, pub: true, scopes, iat, exp },
    key: { secret: environmentKey },
  });
};
