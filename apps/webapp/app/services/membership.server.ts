import type { ClientBase, Pool } from "pg";
import { AppError, notFound } from "../api/errors.js";
import { refuse } from "./refuse.server.js";

/** The role that may never be without a holder. */
export const OWNER = "owner";

/** What a person gets who is added without a role being named. */
export const DEFAULT_ROLE = "developer";

/**
 * A role's name as it is kept; which names mean something is the RBAC plugin's to say.
 * @throws AppError 400
 */
export function parseRole(text: string): string {
  const role = text.trim().toLowerCase();
  if (!/^[a-z][a-z0-9_-]{0,62}$/.test(role)) throw refuse("role", `${JSON.stringify(text)} is no role's name.`);
  return role;
}

/**
 * The organization with a slug.
 * @throws AppError 404
 */
export async function findOrganization(db: ClientBase | Pool, slug: string): Promise<{ id: string }> {
  const { rows } = await db.query<{ id: string }>("SELECT id FROM organization WHERE slug = $1", [slug]);
  if (!rows[0]) throw notFound(`Organization ${slug}`);
  return rows[0];
}

/**
 * Holds an organization's membership still until the transaction ends.
 * @throws AppError 404
 */
export async function lockOrganization(client: ClientBase, slug: string): Promise<{ id: string; slug: string }> {
  const { rows } = await client.query<{ id: string; slug: string }>(
    "SELECT id, slug FROM organization WHERE slug = $1 FOR NO KEY UPDATE",
    [slug],
  );
  if (!rows[0]) throw notFound(`Organization ${slug}`);
  return rows[0];
}

/**
 * The role of a member; the organization is locked.
 * @throws AppError 404
 */
export async function memberRole(client: ClientBase, organizationId: string, userId: string): Promise<string> {
  const { rows } = await client.query<{ role: string }>(
    "SELECT role FROM organization_member WHERE organization_id = $1 AND user_id = $2",
    [organizationId, userId],
  );
  if (!rows[0]) throw notFound("Member");
  return rows[0].role;
}

/**
 * Refuses to take the last owner away; the organization is locked.
 * @throws AppError 409
 */
export async function keepAnOwner(client: ClientBase, organizationId: string, userId: string): Promise<void> {
  const { rowCount } = await client.query(
    "SELECT 1 FROM organization_member WHERE organization_id = $1 AND user_id <> $2 AND role = $3 LIMIT 1",
    [organizationId, userId, OWNER],
  );
  if (rowCount === 0)
    throw new AppError("conflict", "This is the organization's last owner; make another member an owner first.");
}
