import type { EnvironmentEvidence } from "@trigger.dev/plugins/rbac";
import {
  ENVIRONMENT_COLUMNS,
  ORGANIZATION_COLUMNS,
  PROJECT_COLUMNS,
  readEnvironment,
  readOrganization,
  readProject,
  type EnvironmentColumns,
  type OrganizationColumns,
  type ProjectColumns,
} from "./columns.js";

/** An environment with its project and organization, and whether its owner is still a member. */
export const LOCATED_COLUMNS = `${ORGANIZATION_COLUMNS},
  ${PROJECT_COLUMNS},
  ${ENVIRONMENT_COLUMNS}`;

/** Joins what is above `environment e`. */
export const LOCATED_JOINS = `
  JOIN project p ON p.id = e.project_id
  JOIN organization o ON o.id = p.organization_id`;

/** Joins `m`, the membership of a dev environment's owner. */
export const OWNER_JOIN = `
  LEFT JOIN organization_member m ON m.organization_id = o.id AND m.user_id = e.owner_user_id`;

export type LocatedRow = OrganizationColumns & ProjectColumns & EnvironmentColumns;
export type OwnedRow = LocatedRow & { m_user_id: string | null };

export const readLocation = (
  row: LocatedRow,
): Pick<EnvironmentEvidence, "organization" | "project" | "environment"> => ({
  organization: readOrganization(row),
  project: readProject(row),
  environment: readEnvironment(row),
});

/** Whether a dev environment outlived its owner's membership; the shared ones have no owner. */
export const isOrphaned = (row: OwnedRow): boolean => row.e_type === "DEVELOPMENT" && row.m_user_id === null;
