import type { LookupOptions, RbacPlugin } from "@trigger.dev/plugins/rbac";
import { decideForEnvironment, decideForPerson } from "./decide.js";
import { createRoleManager } from "./manage/role-manager.js";
import { migrate } from "./migrate.js";

const LOOKUP: LookupOptions = { roleFunction: "rbac_roles.role_of" };

/** Roles for the control plane: what `RBAC_PLUGIN=@trigger.dev/rbac-roles` loads. */
export const plugin: RbacPlugin = {
  async create({ credentials, query }) {
    await migrate(query);
    return {
      name: "rbac-roles",
      roles: createRoleManager(),
      authenticatePersonalAccessToken: async (token, request) =>
        decideForPerson(await credentials.personalAccessToken(token, request, LOOKUP)),
      authenticateUserActor: async (token, request) =>
        decideForPerson(await credentials.userActor(token, request, LOOKUP)),
      authenticateSession: async (secret, request) =>
        decideForPerson(await credentials.session(secret, request, LOOKUP)),
      authenticateBearer: async (token, request) =>
        decideForEnvironment(await credentials.bearer(token, request, LOOKUP)),
    };
  },
};
