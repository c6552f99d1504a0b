import type { Environment, UserAuthentication } from "./contract.js";

/** One parameterised statement on the host's PostgreSQL. Answers its rows. */
export type PluginQuery = (text: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;

/** One thing that a role allows. */
export interface RolePermission {
  /** A scope of the grammar: `read:runs`, `trigger:tasks:hello`, `admin`. */
  scope: string;
  /**
   * Only in environments of these types. Absent: everywhere, and also for what belongs to no environment, such as
   * members and projects, of which a permission with environments says nothing.
   */
  environments?: readonly Environment["type"][] | undefined;
}

/** A named set of permissions. Everything that none of them covers is refused. */
export interface Role {
  /** What members, grants and tokens refer to it by; it never changes. Lower-case letters, digits, `-`, `_`. */
  name: string;
  /** For people; may be empty. */
  description: string;
  /** A system role is the plugin's own and in every organization; a custom role is one organization's. */
  kind: "system" | "custom";
  permissions: readonly RolePermission[];
}

/** A permission that a role can be made of, for a list to choose from. */
export interface PermissionItem {
  scope: string;
  /** A sentence that starts with a verb: `Read runs, their payloads and outputs.` */
  description: string;
  /** Whether limiting it to types of environments makes a difference. */
  perEnvironment: boolean;
}

export interface PermissionGroup {
  /** For people: `Runs`, `Secrets`, `People`. */
  name: string;
  permissions: readonly PermissionItem[];
}

/** Where a new custom role can start from. */
export interface RolePreset {
  name: string;
  description: string;
  permissions: readonly RolePermission[];
}

/** A member's further role in one project, beside the one for the whole organization: they may do what either allows. */
export interface ProjectGrant {
  userId: string;
  projectId: string;
  role: string;
}

/**
 * On whose word a role is changed. A person's authentication is that of the very request, with the organization as
 * its target: its role, its token's highest role and its caps all limit what may be given away. The operator at the
 * machine is limited by nothing but sense.
 */
export type RoleEditor = { kind: "operator" } | { kind: "person"; authentication: UserAuthentication };

/** What every change carries. */
export interface RoleChange {
  organizationId: string;
  by: RoleEditor;
  /**
   * Runs statements in the transaction of the host, which holds the organization's row (`FOR NO KEY UPDATE`), so that
   * no two changes of one organization run at once; the host commits it, with its audit row, when the answer is `ok`, and
   * undoes it otherwise. All that a change reads and writes must go through it.
   */
  query: PluginQuery;
}

/** Why a change was refused; the host makes an HTTP status of it. */
export type RoleProblemCode =
  /** There is no such role, member or grant. */
  | "not_found"
  /** A role of that name exists, or it is kept for a system role. */
  | "name_taken"
  /** Members, grants or tokens still refer to the role, or, at creation, to a deleted one of the same name. */
  | "in_use"
  /** The organization would have no owner. */
  | "last_owner"
  /** More would be given, taken or changed than the editor holds; `scopes` names what they lack. */
  | "exceeds_own"
  /** A system role cannot be changed or deleted. */
  | "system_role"
  /** The organization has as many custom roles as it may. */
  | "too_many"
  /** The name, description or permissions cannot be; `param` names the member at fault. */
  | "invalid";

export interface RoleProblem {
  code: RoleProblemCode;
  /** A sentence for the caller that says what to do. Holds nothing that the editor may not see. */
  message: string;
  /** The member of the input that is at fault: `name`, `permissions[2].scope`, `role`. */
  param?: string | undefined;
  /** Of `exceeds_own`: what the editor lacks. */
  scopes?: readonly string[] | undefined;
}

export type RoleResult<Value> = { ok: true; value: Value } | { ok: false; problem: RoleProblem };

/**
 * The catalogue of roles and who holds which. The host asks the route's scope first (`read:roles`, `write:roles`,
 * `read:members`, `write:members`), then this; both must agree. Expected refusals are answered as problems; whatever is
 * thrown, late (2 s) or nonsense becomes a 503, and nothing is changed.
 *
 * `organization_member.role`, the name of a member's role for the whole organization, is the host's column: the host
 * writes it, and asks `checkMembership` first. A founder gets `owner`, whoever is added without a role `developer`.
 */
export interface RoleManager {
  /** All that a role can be made of, grouped for people. The same at all times. */
  listPermissions(): readonly PermissionGroup[];
  /** Where a custom role can start from. The same at all times. */
  listPresets(): readonly RolePreset[];
  /** System roles, the most powerful first, then the organization's own by name. */
  listRoles(input: { organizationId: string; query: PluginQuery }): Promise<readonly Role[]>;
  /** Makes a custom role. Problems: `invalid`, `name_taken`, `in_use`, `too_many`, `exceeds_own`. */
  createRole(
    change: RoleChange & { role: { name: string; description: string; permissions: readonly RolePermission[] } },
  ): Promise<RoleResult<Role>>;
  /**
   * Changes what is given of a custom role, which holds for all who have it from their next request on. The editor must
   * hold what it was and what it becomes. Problems: `not_found`, `system_role`, `invalid`, `exceeds_own`.
   */
  updateRole(
    change: RoleChange & {
      name: string;
      description?: string | undefined;
      permissions?: readonly RolePermission[] | undefined;
    },
  ): Promise<RoleResult<Role>>;
  /**
   * Deletes a custom role; answers what it was. With `force` also one that is in use: whoever still has it may do
   * nothing by it, and grants of it end. Problems: `not_found`, `system_role`, `in_use`, `exceeds_own`.
   */
  deleteRole(change: RoleChange & { name: string; force?: boolean | undefined }): Promise<RoleResult<Role>>;
  /**
   * Whether a membership may begin (`from` null), change its role, or end (`to` null). Changes nothing: the host does, in
   * the same transaction. The editor must hold the role that is given and the one that is taken; to leave oneself takes
   * no more than being there. Problems: `not_found` (no such role), `last_owner`, `exceeds_own`.
   */
  checkMembership(
    change: RoleChange & { userId: string; from: string | null; to: string | null },
  ): Promise<RoleResult<{ role: string | null }>>;
  /** The grants of an organization, or of one member, ordered by member and project. */
  listGrants(input: {
    organizationId: string;
    userId?: string | undefined;
    query: PluginQuery;
  }): Promise<readonly ProjectGrant[]>;
  /**
   * Gives a member a role in one project, in place of the one granted there before. It ends with the membership, with
   * the project and with the role. `owner` cannot be granted so. Problems: `not_found` (role, member or project),
   * `invalid`, `exceeds_own`.
   */
  grantProject(change: RoleChange & ProjectGrant): Promise<RoleResult<ProjectGrant>>;
  /** Ends a grant; answers what it was. Problems: `not_found`, `exceeds_own`. */
  revokeProject(change: RoleChange & { userId: string; projectId: string }): Promise<RoleResult<ProjectGrant>>;
  /**
   * Whether `role` can be the highest role of a token of this person: a system role, or a custom role of an organization
   * that they belong to. It need not be their own: the token may do what both allow. Problems: `not_found`.
   */
  checkTokenRole(input: { userId: string; role: string; query: PluginQuery }): Promise<RoleResult<{ role: string }>>;
}

/**
 * The SQLSTATE with which a trigger of a plugin's may refuse a change of the host's tables, such as the end of the last
 * owner's membership. The host undoes the transaction and answers 409 with the error's message, a sentence for people.
 */
export const REFUSED_BY_PLUGIN_SQLSTATE = "TD409";
