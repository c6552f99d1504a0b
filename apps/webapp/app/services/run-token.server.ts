import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { signEnvironmentJwt, signSelfEnvironmentJwt } from "@trigger.dev/rbac";
import type { AppContext } from "../api/context.js";
import { environmentKeyOf } from "./get-environment.server.js";

const LIFETIME_SECONDS = 3600;

/** A token that reads one run, for the answer of its trigger; see `signReadToken`. */
export const signRunToken = (context: AppContext, caller: EnvironmentAuthentication, runId: string) =>
  signReadToken(context, caller, `read:runs:${runId}`);

/**
 * A token of one scope, for the answer of what made its object. Null when the caller could not read it itself:
 * a token never begets more than it may do. It carries the caller's lineage and ends with it.
 */
export async function signReadToken(
  context: AppContext,
  { ability, environment, credential }: EnvironmentAuthentication,
  scope: string,
): Promise<string | null> {
  if (!ability.can([scope])) return null;
  const iat = Math.floor(Date.now() / 1000);
  const exp = Math.min(iat + LIFETIME_SECONDS, expiryOf(credential));
  if (credential.kind === "environmentJwt" && credential.act) {
    const { userId: sub, client, patId: pat, uatId: uat } = credential.act;
    return signEnvironmentJwt({
      environmentId: environment.id,
      scopes: [scope],
      act: { sub, client, pat, uat },
      iat,
      exp,
      ring: context.secrets.environmentJwt,
    });
  }
  return signSelfEnvironmentJwt(await environmentKeyOf(context, environment, { credential }), {
    sub: environment.id,
    scopes: [scope],
    iat,
    exp,
  });
}

const expiryOf = (credential: EnvironmentAuthentication["credential"]) =>
  credential.kind === "environmentJwt" ? Math.floor(credential.expiresAt.getTime() / 1000) : Number.POSITIVE_INFINITY;
