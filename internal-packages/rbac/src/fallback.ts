import {
  createAbility,
  type CredentialResolvers,
  type RbacController,
  type Resolved,
  type UserEvidence,
  type EnvironmentEvidence,
  type AuthenticationResult,
  type Ability,
} from "@trigger.dev/plugins/rbac";

/**
 * The controller without a plugin: any member of an organization may do everything in it, so that only
 * the credential's own caps narrow. A person who is no member has no place, and is refused by that.
 */
export const createFallbackController = (credentials: CredentialResolvers): RbacController => ({
  name: "fallback",
  authenticatePersonalAccessToken: async (token, request) =>
    able(await credentials.personalAccessToken(token, request)),
  authenticateUserActor: async (token, request) => able(await credentials.userActor(token, request)),
  authenticateSession: async (secret, request) => able(await credentials.session(secret, request)),
  authenticateBearer: async (token, request) => able(await credentials.bearer(token, request)),
});

const able = <Evidence extends UserEvidence | EnvironmentEvidence>(
  resolved: Resolved<Evidence>,
): AuthenticationResult<Evidence & { ability: Ability }> =>
  resolved.ok
    ? { ok: true, authentication: { ...resolved.evidence, ability: createAbility(resolved.evidence.caps) } }
    : resolved;
