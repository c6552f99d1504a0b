import { createHash } from "node:crypto";
import type { PluginQuery } from "@trigger.dev/plugins/rbac";
import { type Migration, MIGRATIONS } from "./migrations/index.js";

/** Quotes for what holds `$function$` itself. */
const QUOTE = "$migration$";

const digestOf = (sql: string): string => createHash("sha256").update(sql).digest("hex");

const quoted = (text: string): string => `${QUOTE}${text}${QUOTE}`;

/** One statement, because `query` takes one, and so one transaction; under a lock, because every process runs it. */
const applying = ({ id, sql }: Migration): string => `
DO $install$
DECLARE
  applied text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('rbac_roles', 0));
  CREATE SCHEMA IF NOT EXISTS rbac_roles;
  CREATE TABLE IF NOT EXISTS rbac_roles.migration (
    id text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz(3) NOT NULL DEFAULT now()
  );
  SELECT m.checksum INTO applied FROM rbac_roles.migration m WHERE m.id = ${quoted(id)};
  IF applied = ${quoted(digestOf(sql))} THEN RETURN; END IF;
  IF applied IS NOT NULL THEN
    RAISE EXCEPTION 'The migration ${id} of @trigger.dev/rbac-roles is not the one that was applied to this database';
  END IF;
  EXECUTE ${quoted(sql)};
  INSERT INTO rbac_roles.migration (id, checksum) VALUES (${quoted(id)}, ${quoted(digestOf(sql))});
END
$install$`;

/**
 * Brings the schema `rbac_roles` up to date; any number of processes may do so at once.
 * @throws when a migration fails, or is not the one that was applied under its name
 */
export async function migrate(query: PluginQuery, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
  for (const migration of migrations) await query(applying(migration));
}
