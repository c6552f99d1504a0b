import type { PluginQuery, RoleManager } from "@trigger.dev/plugins/rbac";
import { ANSWER_TIMEOUT_MS } from "./answer-timeout.js";
import { RbacUnavailableError } from "./rbac-unavailable-error.js";
import { findResultProblem } from "./role-answer-problem.js";
import { withTimeout } from "./with-timeout.js";

/**
 * A plugin's role manager that fails closed: whatever it throws, never says or says wrongly becomes an
 * {@link RbacUnavailableError}, and it can run no statement once its answer is due.
 */
export const guardRoles = (plugin: string, roles: RoleManager): RoleManager => {
  const ask = async <Input extends { query: PluginQuery }, Answer>(
    input: Input,
    question: (input: Input) => Promise<Answer>,
    findProblem: (answer: unknown) => string | null,
  ): Promise<Answer> => {
    let isOver = false;
    const query: PluginQuery = async (text, values) => {
      if (isOver) throw new RbacUnavailableError(plugin, "asked the database after its answer was due");
      return input.query(text, values);
    };
    const answering = async () => question({ ...input, query });
    try {
      const answer = await withTimeout(answering(), ANSWER_TIMEOUT_MS);
      const problem = findProblem(answer);
      if (problem) throw new RbacUnavailableError(plugin, `answered ${problem}`);
      return answer;
    } catch (error) {
      throw error instanceof RbacUnavailableError
        ? error
        : new RbacUnavailableError(plugin, "failed", { cause: error });
    } finally {
      isOver = true;
    }
  };

  const result =
    <Input extends { query: PluginQuery }, Answer>(question: (input: Input) => Promise<Answer>) =>
    (input: Input) =>
      ask(input, question, findResultProblem);
  const list =
    <Input extends { query: PluginQuery }, Answer>(question: (input: Input) => Promise<Answer>) =>
    (input: Input) =>
      ask(input, question, (answer) => (Array.isArray(answer) ? null : "no list"));

  return {
    listPermissions: () => roles.listPermissions(),
    listPresets: () => roles.listPresets(),
    listRoles: list((input) => roles.listRoles(input)),
    createRole: result((change) => roles.createRole(change)),
    updateRole: result((change) => roles.updateRole(change)),
    deleteRole: result((change) => roles.deleteRole(change)),
    checkMembership: result((change) => roles.checkMembership(change)),
    listGrants: list((input) => roles.listGrants(input)),
    grantProject: result((change) => roles.grantProject(change)),
    revokeProject: result((change) => roles.revokeProject(change)),
    checkTokenRole: result((input) => roles.checkTokenRole(input)),
  };
};
