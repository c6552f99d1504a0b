import type { LookupOptions, RbacPlugin } from "@trigger.dev/plugins/rbac";
import { decideForEnvironment, decideForPerson } from "./decide.js";
import { createRoleManager } from "./manage/role-manager.js";
import { migrate } from "./migrate.js";

const LOOKUP: LookupOptions = { roleFunction: "rbac_roles.roles_of" };

/** Roles for the control plane: what `RBAC_PLUGIN=@trigger.dev/rbac-roles` loads. */
export const plugin: RbacPlugin = {
  async create({ credentials, query }) {
    await migrate(query);
    return {
      name: "rbac-roles",
      roles: createRoleManager(),
      authenticatePersonalAccessToken: (token, request) =>
        credentials.personalAccessToken(token, request, LOOKUP).then(decideForPerson),
      authenticateUserActor: (token, request) => credentials.userActor(token, request, LOOKUP).then(decideForPerson),
      authenticateSession: (secret, request) => credentials.session(secret, request, LOOKUP).then(decideForPerson),
      authenticateBearer: (token, request) => credentials.bearer(token, request, LOOKUP).then(decideForEnvironment),
    };
  },
};
