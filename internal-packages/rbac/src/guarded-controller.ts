import type {
  AccessRequest,
  AuthenticationResult,
  EnvironmentAuthentication,
  RbacController,
  UserAuthentication,
} from "@trigger.dev/plugins/rbac";
import { findAnswerProblem } from "./answer-problem.js";
import { ANSWER_TIMEOUT_MS } from "./answer-timeout.js";
import { guardRoles } from "./guarded-roles.js";
import { refuse } from "./credentials/refuse.js";
import { narrowAbility, narrowAbilityIn } from "./narrow-ability.js";
import { RbacUnavailableError } from "./rbac-unavailable-error.js";
import type { Evidence, Witness } from "./witness.js";
import { withTimeout } from "./with-timeout.js";

const CLOSE_TIMEOUT_MS = 5_000;

type Authenticate<Authentication> = (
  token: string,
  request: AccessRequest,
) => Promise<AuthenticationResult<Authentication>>;

/**
 * A plugin's controller that fails closed: whatever it throws, never says or says wrongly becomes an
 * {@link RbacUnavailableError}. Of an acceptance only the ability and the role are the plugin's: the rest is the host's own
 * evidence, whose caps narrow whatever the ability says.
 */
export const guardController = (plugin: RbacController, witness: Witness): RbacController => {
  const { name } = plugin;

  const guard =
    <Authentication extends UserAuthentication | EnvironmentAuthentication>(
      authenticate: Authenticate<Authentication>,
      narrow: (name: string, answered: Authentication, evidence: Evidence) => Authentication,
    ): Authenticate<Authentication> =>
    async (token, { target }) => {
      const sighting = witness.begin(token, target);
      let answer: AuthenticationResult<Authentication>;
      try {
        answer = await withTimeout(Promise.resolve(authenticate(token, sighting.request)), ANSWER_TIMEOUT_MS);
      } catch (error) {
        throw new RbacUnavailableError(name, "failed", { cause: error });
      } finally {
        witness.end(sighting);
      }
      const { evidence, refused } = sighting;
      const problem = findAnswerProblem(answer, evidence);
      if (problem) throw new RbacUnavailableError(name, `answered ${problem}`);
      if (!answer.ok) return refuse(answer.reason, refused);
      return evidence ? { ok: true, authentication: narrow(name, answer.authentication, evidence) } : answer;
    };

  return {
    name,
    authenticatePersonalAccessToken: guard(
      (token, request) => plugin.authenticatePersonalAccessToken(token, request),
      narrowPerson,
    ),
    authenticateUserActor: guard((token, request) => plugin.authenticateUserActor(token, request), narrowPerson),
    authenticateSession: guard((secret, request) => plugin.authenticateSession(secret, request), narrowPerson),
    authenticateBearer: guard((token, request) => plugin.authenticateBearer(token, request), narrowEnvironment),
    roles: plugin.roles && guardRoles(name, plugin.roles),
    close: async () => {
      await withTimeout(Promise.resolve(plugin.close?.()), CLOSE_TIMEOUT_MS);
    },
  };
};

/** The host's own evidence, with the plugin's abilities, narrowed, and what it says of the role. Field by field: quicker. */
const narrowPerson = (name: string, answered: UserAuthentication, evidence: Evidence): UserAuthentication => {
  if (!("place" in evidence)) throw new RbacUnavailableError(name, "answered for an environment's credential");
  const { user, credential, caps, narrowing, place, missing } = evidence;
  const { role } = answered;
  const ability = narrowAbility(name, answered.ability, caps);
  const abilityIn = narrowAbilityIn(name, answered, caps);
  return { user, credential, caps, narrowing, place, missing, role, ability, abilityIn };
};

/** The same of an environment's credential. */
const narrowEnvironment = (
  name: string,
  answered: EnvironmentAuthentication,
  evidence: Evidence,
): EnvironmentAuthentication => {
  if ("place" in evidence) throw new RbacUnavailableError(name, "answered for a person's credential");
  const { credential, user, caps, narrowing, membership, organization, project, environment, missing } = evidence;
  const { role } = answered;
  const ability = narrowAbility(name, answered.ability, caps);
  return {
    credential,
    user,
    caps,
    narrowing,
    membership,
    organization,
    project,
    environment,
    missing,
    role,
    ability,
  };
};
