import {
  createAbility,
  type CredentialResolvers,
  type EnvironmentAuthResult,
  type EnvironmentEvidence,
  type RbacController,
  type Resolved,
  type UserAuthResult,
  type UserEvidence,
} from "@trigger.dev/plugins/rbac";

/** The one role that the fallback knows: every member is as good as one. */
const ALL_POWERFUL = "owner";
const NOTHING: readonly string[] = Object.freeze([]);

/**
 * The controller without a plugin: any member of an organization may do everything in it, so that only
 * the credential's own caps narrow. A person who is no member has no place, and is refused by that. A token that was
 * made to act as a role at most may do nothing here: what the role is short of, nobody can say.
 */
export const createFallbackController = (credentials: CredentialResolvers): RbacController => ({
  name: "fallback",
  authenticatePersonalAccessToken: async (token, request) =>
    person(await credentials.personalAccessToken(token, request)),
  authenticateUserActor: async (token, request) => person(await credentials.userActor(token, request)),
  authenticateSession: async (secret, request) => person(await credentials.session(secret, request)),
  authenticateBearer: async (token, request) => environment(await credentials.bearer(token, request)),
});

const abilityOf = ({ caps, credential }: UserEvidence | EnvironmentEvidence) => {
  const maxRole = "maxRole" in credential ? credential.maxRole : null;
  return createAbility(maxRole === null || maxRole === ALL_POWERFUL ? caps : [...caps, NOTHING]);
};

const person = (resolved: Resolved<UserEvidence>): UserAuthResult => {
  if (!resolved.ok) return resolved;
  const ability = abilityOf(resolved.evidence);
  return { ok: true, authentication: { ...resolved.evidence, ability, abilityIn: () => ability } };
};

const environment = (resolved: Resolved<EnvironmentEvidence>): EnvironmentAuthResult =>
  resolved.ok
    ? { ok: true, authentication: { ...resolved.evidence, ability: abilityOf(resolved.evidence) } }
    : resolved;
