import type { ClientBase, Pool } from "pg";
import { z } from "zod";
import { notFound } from "../api/errors.js";
import { refuse } from "./refuse.server.js";

const Email = z.email().max(254).toLowerCase();

/**
 * An email address in the form in which it is kept.
 * @throws AppError 400
 */
export function parseEmail(text: string): string {
  const parsed = Email.safeParse(text.trim());
  if (!parsed.success) throw refuse("email", `${JSON.stringify(text)} is no email address.`);
  return parsed.data;
}

/**
 * The user with an email address.
 * @throws AppError 400 when it is no address, 404 when nobody has it
 */
export async function findUserByEmail(
  db: ClientBase | Pool,
  text: string,
): Promise<{ userId: string; email: string; name: string | null }> {
  const email = parseEmail(text);
  const { rows } = await db.query<{ userId: string; email: string; name: string | null }>(
    `SELECT id AS "userId", email, name FROM "user" WHERE email = $1`,
    [email],
  );
  if (!rows[0]) throw notFound(`User ${email}`);
  return rows[0];
}
