import type {
  AccessRequest,
  AuthenticationResult,
  EnvironmentAuthentication,
  RbacController,
  UserAuthentication,
} from "@trigger.dev/plugins/rbac";
import { findAnswerProblem } from "./answer-problem.js";
import { RbacUnavailableError } from "./rbac-unavailable-error.js";
import type { Witness } from "./witness.js";
import { withTimeout } from "./with-timeout.js";

const ANSWER_TIMEOUT_MS = 2_000;
const CLOSE_TIMEOUT_MS = 5_000;

type Authenticate<Authentication> = (
  token: string,
  request: AccessRequest,
) => Promise<AuthenticationResult<Authentication>>;

/**
 * A plugin's controller that fails closed: whatever it throws, never says or says wrongly becomes an
 * {@link RbacUnavailableError}.
 */
export const guardController = (plugin: RbacController, witness: Witness): RbacController => {
  const { name } = plugin;

  const guard =
    <Authentication extends UserAuthentication | EnvironmentAuthentication>(
      authenticate: Authenticate<Authentication>,
    ): Authenticate<Authentication> =>
    (token, request) =>
      witness.watch(token, request, async (seen) => {
        const answer = await answerOf(name, async () => authenticate(token, request));
        const problem = findAnswerProblem(answer, seen());
        if (problem) throw new RbacUnavailableError(name, `answered ${problem}`);
        return answer;
      });

  return {
    name,
    authenticatePersonalAccessToken: guard((token, request) => plugin.authenticatePersonalAccessToken(token, request)),
    authenticateUserActor: guard((token, request) => plugin.authenticateUserActor(token, request)),
    authenticateSession: guard((secret, request) => plugin.authenticateSession(secret, request)),
    authenticateBearer: guard((token, request) => plugin.authenticateBearer(token, request)),
    close: async () => {
      await withTimeout(Promise.resolve(plugin.close?.()), CLOSE_TIMEOUT_MS);
    },
  };
};

const answerOf = async <Answer>(name: string, ask: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await withTimeout(ask(), ANSWER_TIMEOUT_MS);
  } catch (error) {
    throw new RbacUnavailableError(name, "failed", { cause: error });
  }
};
