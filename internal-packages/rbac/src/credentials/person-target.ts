import type { AccessTarget, LookupOptions, MissingTarget, Place, UserEvidence } from "@trigger.dev/plugins/rbac";
import {
  ENVIRONMENT_COLUMNS,
  MEMBERSHIP_COLUMNS,
  ORGANIZATION_COLUMNS,
  PROJECT_COLUMNS,
  USER_COLUMNS,
  readEnvironment,
  readMembership,
  readOrganization,
  readProject,
  type Absent,
  type EnvironmentColumns,
  type MembershipColumns,
  type OrganizationColumns,
  type ProjectColumns,
  type UserColumns,
} from "./columns.js";
import { storable } from "./storable.js";
import { createStatements, roleColumn, type RoleArguments, type Statement } from "./statement.js";

/** What of a target the statement joins. */
type TargetShape = "none" | "organization" | "project" | "environment" | "branch";

const ORGANIZATION_ARGUMENTS = { organizationId: "o.id" };
const PROJECT_ARGUMENTS = { organizationId: "o.id", projectId: "p.id" };
const ENVIRONMENT_ARGUMENTS = { organizationId: "o.id", projectId: "p.id", environmentType: "e.type::text" };

const PROJECT_JOIN = `
  LEFT JOIN (project p
    JOIN organization o ON o.id = p.organization_id
    JOIN organization_member m ON m.organization_id = o.id
  ) ON p.external_ref = $2 AND m.user_id = u.id`;

// `dev` is the caller's own; the others have no owner. A branch is found under the root that this caller may see.
const rootJoin = (alias: string): string => `
  LEFT JOIN environment ${alias} ON ${alias}.project_id = p.id AND ${alias}.slug = $3
    AND ${alias}.owner_key = CASE WHEN $3 = 'dev' THEN u.id ELSE '' END AND ${alias}.branch = ''`;

const BRANCH_JOIN = `${rootJoin("r")}
  LEFT JOIN environment e ON e.project_id = r.project_id AND e.slug = r.slug
    AND e.owner_key = r.owner_key AND e.branch = $4 AND e.parent_id = r.id`;

const PLACE_COLUMNS = `${ORGANIZATION_COLUMNS}, ${MEMBERSHIP_COLUMNS}`;

const SHAPES: Record<TargetShape, { columns: string[]; joins: string; role: Partial<RoleArguments> | null }> = {
  none: { columns: [], joins: "", role: null },
  organization: {
    columns: [PLACE_COLUMNS],
    joins: `
  LEFT JOIN (organization o JOIN organization_member m ON m.organization_id = o.id)
    ON o.slug = $2 AND m.user_id = u.id`,
    role: ORGANIZATION_ARGUMENTS,
  },
  project: { columns: [PLACE_COLUMNS, PROJECT_COLUMNS], joins: PROJECT_JOIN, role: PROJECT_ARGUMENTS },
  environment: {
    columns: [PLACE_COLUMNS, PROJECT_COLUMNS, ENVIRONMENT_COLUMNS],
    joins: PROJECT_JOIN + rootJoin("e"),
    role: ENVIRONMENT_ARGUMENTS,
  },
  branch: {
    columns: [PLACE_COLUMNS, PROJECT_COLUMNS, ENVIRONMENT_COLUMNS, "r.id AS r_id"],
    joins: PROJECT_JOIN + BRANCH_JOIN,
    role: ENVIRONMENT_ARGUMENTS,
  },
};

/** How one kind of a person's credential is found; `$1` is its key, `u` must be joined. */
export interface PersonSource {
  family: string;
  columns: string;
  from: string;
  where: string;
  /** The SQL expression of the PAT's id, for role functions. */
  patId?: string;
}

type Found<Columns> = Columns | Absent<Columns>;

export type PersonRow<CredentialColumns> = CredentialColumns &
  UserColumns & { role: unknown; r_id: string | null } & Found<OrganizationColumns & MembershipColumns> &
  Found<ProjectColumns> &
  Found<EnvironmentColumns>;

type PlaceRow = PersonRow<unknown>;

/** Answers, for a credential's source, the statement and values that find it and what a request is about. */
export const createPersonLookup = (source: PersonSource) => {
  const statements = createStatements<TargetShape>(source.family, (shape, roleFunction) => {
    const { columns, joins, role } = SHAPES[shape];
    const given = role && source.patId ? { ...role, patId: source.patId } : role;
    const selected = [source.columns, USER_COLUMNS, ...columns, roleColumn(roleFunction, given)];
    return `SELECT ${selected.join(",\n  ")}\nFROM ${source.from}${joins}\nWHERE ${source.where}`;
  });
  return (key: string | Buffer, target: AccessTarget, options?: LookupOptions): Statement & { values: unknown[] } => {
    const { name, text } = statements(shapeOf(target), options?.roleFunction);
    return { name, text, values: valuesOf(key, target) };
  };
};

const shapeOf = (target: AccessTarget): TargetShape => {
  if (target.kind === "credential") return "none";
  return target.kind === "environment" && target.branch !== undefined ? "branch" : target.kind;
};

const valuesOf = (key: string | Buffer, target: AccessTarget): unknown[] => {
  switch (target.kind) {
    case "none":
    case "credential":
      return [key];
    case "organization":
      return [key, storable(target.slug)];
    case "project":
      return [key, storable(target.ref)];
    case "environment":
      return target.branch === undefined
        ? [key, storable(target.ref), target.environment]
        : [key, storable(target.ref), target.environment, storable(target.branch)];
  }
};

/** Reads from the row the part of the target that the person can see. A person's credential has no environment of its own. */
export const readTarget = (row: PlaceRow, target: AccessTarget): Pick<UserEvidence, "place" | "missing" | "role"> => {
  if (target.kind === "none") return { place: null, missing: null, role: null };
  if (target.kind === "credential") return { place: null, missing: "environment", role: null };
  if (row.o_id === null)
    return { place: null, missing: target.kind === "organization" ? "organization" : "project", role: null };
  const base = { organization: readOrganization(row), membership: readMembership(row) };
  const found = (place: Place, missing: MissingTarget | null) => ({ place, missing, role: row.role ?? null });
  if (target.kind === "organization" || row.p_id === null)
    return found({ ...base, project: null, environment: null }, null);
  const project = readProject(row);
  if (target.kind === "project") return found({ ...base, project, environment: null }, null);
  if (row.e_id !== null) return found({ ...base, project, environment: readEnvironment(row) }, null);
  const missing = target.branch !== undefined && row.r_id !== null ? "branch" : "environment";
  return found({ ...base, project, environment: null }, missing);
};
