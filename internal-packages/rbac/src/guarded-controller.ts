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
    ): Authenticate<Authentication> =>
    (token, request) =>
      witness.watch(token, request, async (own, seen) => {
        const answer = await answerOf(name, async () => authenticate(token, own));
        const { evidence, refused } = seen();
        const problem = findAnswerProblem(answer, evidence);
        if (problem) throw new RbacUnavailableError(name, `answered ${problem}`);
        if (!answer.ok) return refuse(answer.reason, refused);
        return evidence ? { ok: true, authentication: narrowed(name, answer.authentication, evidence) } : answer;
      });

  return {
    name,
    authenticatePersonalAccessToken: guard((token, request) => plugin.authenticatePersonalAccessToken(token, request)),
    authenticateUserActor: guard((token, request) => plugin.authenticateUserActor(token, request)),
    authenticateSession: guard((secret, request) => plugin.authenticateSession(secret, request)),
    authenticateBearer: guard((token, request) => plugin.authenticateBearer(token, request)),
    roles: plugin.roles && guardRoles(name, plugin.roles),
    close: async () => {
      await withTimeout(Promise.resolve(plugin.close?.()), CLOSE_TIMEOUT_MS);
    },
  };
};

const narrowed = <Authentication extends UserAuthentication | EnvironmentAuthentication>(
  name: string,
  authentication: Authentication,
  evidence: Evidence,
): Authentication => {
  const ability = narrowAbility(name, authentication.ability, evidence.caps);
  const own = { ...authentication, ...evidence, role: authentication.role, ability };
  if (!("abilityIn" in authentication)) return own;
  const { abilityIn } = authentication;
  return { ...own, abilityIn: narrowAbilityIn(name, (type) => abilityIn(type), evidence.caps) };
};

const answerOf = async <Answer>(name: string, ask: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await withTimeout(ask(), ANSWER_TIMEOUT_MS);
  } catch (error) {
    throw new RbacUnavailableError(name, "failed", { cause: error });
  }
};
