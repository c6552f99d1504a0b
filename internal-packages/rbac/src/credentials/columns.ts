import { readOrganizationPolicy } from "./organization-policy.js";
import type { Environment, Membership, Organization, Project, User } from "@trigger.dev/plugins/rbac";

/** The row of a table that an outer join did not find. */
export type Absent<Columns> = { [Name in keyof Columns]: null };

/** `"user" u` */
export const USER_COLUMNS = "u.id AS u_id, u.email AS u_email, u.name AS u_name";
export interface UserColumns {
  u_id: string;
  u_email: string;
  u_name: string | null;
}

/** `organization o` */
export const ORGANIZATION_COLUMNS =
  "o.id AS o_id, o.slug AS o_slug, o.title AS o_title, o.policy AS o_policy, o.created_at AS o_created_at";
export interface OrganizationColumns {
  o_id: string;
  o_slug: string;
  o_title: string;
  o_policy: unknown;
  o_created_at: Date;
}

/** `organization_member m` */
export const MEMBERSHIP_COLUMNS = "m.role AS m_role, m.since AS m_since";
export interface MembershipColumns {
  m_role: string;
  m_since: Date;
}

/** `project p` */
export const PROJECT_COLUMNS =
  "p.id AS p_id, p.external_ref AS p_ref, p.slug AS p_slug, p.name AS p_name, p.created_at AS p_created_at";
export interface ProjectColumns {
  p_id: string;
  p_ref: string;
  p_slug: string;
  p_name: string;
  p_created_at: Date;
}

/** `environment e` */
export const ENVIRONMENT_COLUMNS =
  "e.id AS e_id, e.type AS e_type, e.slug AS e_slug, e.branch AS e_branch, e.parent_id AS e_parent_id, e.owner_user_id AS e_owner";
export interface EnvironmentColumns {
  e_id: string;
  e_type: Environment["type"];
  e_slug: Environment["slug"];
  e_branch: string;
  e_parent_id: string | null;
  e_owner: string | null;
}

export const readUser = (row: UserColumns): User => ({ id: row.u_id, email: row.u_email, name: row.u_name });

export const readOrganization = (row: OrganizationColumns): Organization => ({
  id: row.o_id,
  slug: row.o_slug,
  title: row.o_title,
  policy: readOrganizationPolicy(row.o_policy),
  createdAt: row.o_created_at,
});

export const readMembership = (row: MembershipColumns): Membership => ({ role: row.m_role, since: row.m_since });

export const readProject = (row: ProjectColumns): Project => ({
  id: row.p_id,
  ref: row.p_ref,
  slug: row.p_slug,
  name: row.p_name,
  createdAt: row.p_created_at,
});

export const readEnvironment = (row: EnvironmentColumns): Environment => ({
  id: row.e_id,
  type: row.e_type,
  slug: row.e_slug,
  branch: row.e_branch === "" ? null : row.e_branch,
  parentId: row.e_parent_id,
  ownerUserId: row.e_owner,
});
