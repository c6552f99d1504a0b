export { type Ability, createAbility, type Grant } from "./ability.js";
export { type CheckedScopes, checkScopes, MAX_SCOPES, type ScopeProblem } from "./check-scopes.js";
export type * from "./contract.js";
export {
  type PermissionGroup,
  type PermissionItem,
  type PluginQuery,
  type ProjectGrant,
  REFUSED_BY_PLUGIN_SQLSTATE,
  type Role,
  type RoleChange,
  type RoleEditor,
  type RoleManager,
  type RolePermission,
  type RolePreset,
  type RoleProblem,
  type RoleProblemCode,
  type RoleResult,
} from "./roles.js";
export {
  type Action,
  ACTIONS,
  covers,
  formatScope,
  MAX_SCOPE_LENGTH,
  meet,
  meetAll,
  parseScope,
  RESOURCE_TYPES,
  TYPES_OF_ALL,
  type ResourceScope,
  type ResourceType,
  type Scope,
} from "./scopes.js";
export {
  isUserActorToken,
  type NewUserActorClaims,
  signUserActorToken,
  USER_ACTOR_TOKEN_PREFIX,
  type UserActorClaims,
  type VerifiedUserActorToken,
  verifyUserActorToken,
} from "./user-actor-token.js";
