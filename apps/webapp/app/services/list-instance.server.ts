import type { Pool } from "pg";

/** As many as a list answers; an instance with more is asked by SQL. */
const MOST = 10_000;

const rowsOf = async <Row extends object>(pool: Pool, text: string, values: unknown[] = []): Promise<Row[]> =>
  (await pool.query<Row>(`${text} LIMIT ${MOST}`, values)).rows;

export interface UserRow {
  userId: string;
  email: string;
  name: string | null;
  createdAt: Date;
}

/** Everybody with an account. */
export const listUsers = (pool: Pool): Promise<UserRow[]> =>
  rowsOf(pool, `SELECT id AS "userId", email, name, created_at AS "createdAt" FROM "user" ORDER BY email`);

export interface OrganizationRow {
  organizationId: string;
  slug: string;
  title: string;
  members: number;
  projects: number;
}

/** All organizations, with how many belong to them. */
export const listAllOrganizations = (pool: Pool): Promise<OrganizationRow[]> =>
  rowsOf(
    pool,
    `SELECT o.id AS "organizationId", o.slug, o.title,
       (SELECT count(*)::int FROM organization_member m WHERE m.organization_id = o.id) AS members,
       (SELECT count(*)::int FROM project p WHERE p.organization_id = o.id) AS projects
     FROM organization o ORDER BY o.slug`,
  );

export interface ProjectRow {
  projectId: string;
  ref: string;
  name: string;
  organization: string;
  createdAt: Date;
}

/** The projects of an organization, or all of them. */
export const listAllProjects = (pool: Pool, slug: string | null): Promise<ProjectRow[]> =>
  rowsOf(
    pool,
    `SELECT p.id AS "projectId", p.external_ref AS ref, p.name, o.slug AS organization, p.created_at AS "createdAt"
     FROM project p JOIN organization o ON o.id = p.organization_id
     WHERE $1::text IS NULL OR o.slug = $1 ORDER BY o.slug, p.name, p.id`,
    [slug],
  );

export interface MemberRow {
  userId: string;
  email: string;
  role: string;
  since: Date;
}

/** Who belongs to an organization. */
export const listMembers = (pool: Pool, organizationId: string): Promise<MemberRow[]> =>
  rowsOf(
    pool,
    `SELECT u.id AS "userId", u.email, m.role, m.since
     FROM organization_member m JOIN "user" u ON u.id = m.user_id WHERE m.organization_id = $1 ORDER BY u.email`,
    [organizationId],
  );
