import { createHash } from "node:crypto";

/** A statement that PostgreSQL parses once a connection. */
export interface Statement {
  name: string;
  text: string;
}

const ROLE_FUNCTION = /^[a-z_][a-z0-9_]{0,62}\.[a-z_][a-z0-9_]{0,62}$/;

/** The arguments of a role function as SQL expressions; `patId` and the rest can be null. */
export interface RoleArguments {
  organizationId: string;
  projectId: string;
  environmentType: string;
  patId: string;
}

/** The column `role`: what the role function says of this member, else null. Throws when its name is no `schema.name`. */
export const roleColumn = (roleFunction: string | undefined, given: Partial<RoleArguments> | null): string => {
  if (roleFunction === undefined) return "NULL AS role";
  if (!ROLE_FUNCTION.test(roleFunction)) {
    throw new TypeError("roleFunction must be a lower-case SQL name of the form schema.name.");
  }
  if (!given?.organizationId) return "NULL AS role";
  const rest = [given.organizationId, given.projectId, given.environmentType, given.patId];
  const call = `${roleFunction}(u.id, ${rest.map((argument) => argument ?? "NULL").join(", ")})`;
  // From a function of one's own in SQL that returns a set PostgreSQL takes the query, and calls nothing.
  return `CASE WHEN m.user_id IS NOT NULL THEN (SELECT f.role FROM ${call} AS f (role)) END AS role`;
};

/** A family of statements, one for each shape and role function, each composed once. */
export const createStatements = <Shape extends string>(
  family: string,
  compose: (shape: Shape, roleFunction: string | undefined) => string,
): ((shape: Shape, roleFunction: string | undefined) => Statement) => {
  const composed = new Map<string | undefined, Map<Shape, Statement>>();
  return (shape, roleFunction) => {
    const known = composed.get(roleFunction)?.get(shape);
    if (known) return known;
    const text = compose(shape, roleFunction);
    const digest = createHash("sha256").update(text).digest("hex").slice(0, 12);
    const statement = { name: `auth_${family}_${shape}_${digest}`, text };
    const shapes = composed.get(roleFunction) ?? new Map<Shape, Statement>();
    composed.set(roleFunction, shapes.set(shape, statement));
    return statement;
  };
};
