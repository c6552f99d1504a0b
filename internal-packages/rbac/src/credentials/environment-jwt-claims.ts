import { isId } from "@trigger.dev/core/ids";
import { isJsonObject, type JsonObject } from "@trigger.dev/core/jwt";
import type { RefusalReason } from "@trigger.dev/plugins/rbac";
import { readScopeList } from "./caps.js";

/** The header's `typ` of a token that we exchanged; one that an environment's key signed has `JWT` or none. */
export const EXCHANGED_TYP = "env+jwt";
export const SELF_SIGNED_TYPS = [undefined, "JWT"] as const;

/** The person behind an exchanged token, as we stamped it. */
export interface ActClaim {
  sub: string;
  client: string | null;
  pat: string;
  uat: string | null;
}

export interface EnvironmentJwtClaims {
  environmentId: string;
  /** Absent means empty: such a token may do nothing. */
  scopes: readonly string[];
}

type Read<Claims> = { ok: true; claims: Claims } | { ok: false; reason: RefusalReason };

const refuseClaims = { ok: false, reason: "bad_claims" } as const;

/** Reads what both makes have in common: `sub`, `pub`, `scopes`. */
const readCommon = (claims: JsonObject): EnvironmentJwtClaims | null => {
  const { sub, pub, scopes = [] } = claims;
  if (typeof sub !== "string" || !isId("env", sub) || pub !== true) return null;
  const list = readScopeList(scopes);
  return list && { environmentId: sub, scopes: list };
};

/** Reads the claims of a self-signed token. One that names an actor is forged: nobody vouches for it. */
export const readSelfSignedClaims = (claims: JsonObject): Read<EnvironmentJwtClaims> => {
  if (Object.hasOwn(claims, "act")) return { ok: false, reason: "forged_actor" };
  const common = readCommon(claims);
  return common ? { ok: true, claims: common } : refuseClaims;
};

/** Reads the claims of a token that we exchanged. */
export const readExchangedClaims = (claims: JsonObject): Read<EnvironmentJwtClaims & { act: ActClaim }> => {
  const common = readCommon(claims);
  const act = common && readAct(claims.act);
  return common && act ? { ok: true, claims: { ...common, act } } : refuseClaims;
};

const readAct = (value: unknown): ActClaim | null => {
  if (!isJsonObject(value)) return null;
  const { sub, client = null, pat, uat = null } = value;
  if (typeof sub !== "string" || !isId("user", sub)) return null;
  if (typeof pat !== "string" || !isId("pat", pat)) return null;
  if (uat !== null && (typeof uat !== "string" || !isId("uat", uat))) return null;
  if (client !== null && typeof client !== "string") return null;
  return { sub, client, pat, uat };
};
