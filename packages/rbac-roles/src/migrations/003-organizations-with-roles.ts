/**
 * Which organizations have, or had, a custom role or a grant. Most have none, and are asked about on every request: one
 * look at one row instead of a function with two. A row is never taken out: without need it costs a moment, and lacking
 * it would take roles away.
 */
export const ORGANIZATIONS_WITH_ROLES = `
CREATE TABLE rbac_roles.organization_with_roles (
  organization_id text PRIMARY KEY REFERENCES public.organization (id) ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE FUNCTION rbac_roles.note_organization() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
BEGIN
  INSERT INTO rbac_roles.organization_with_roles (organization_id) VALUES (NEW.organization_id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$function$;

CREATE TRIGGER note_organization AFTER INSERT OR UPDATE OF organization_id ON rbac_roles.custom_role
  FOR EACH ROW EXECUTE FUNCTION rbac_roles.note_organization();
CREATE TRIGGER note_organization AFTER INSERT OR UPDATE OF organization_id ON rbac_roles.project_grant
  FOR EACH ROW EXECUTE FUNCTION rbac_roles.note_organization();

INSERT INTO rbac_roles.organization_with_roles (organization_id)
  SELECT organization_id FROM rbac_roles.custom_role UNION SELECT organization_id FROM rbac_roles.project_grant;

-- A set, of one row at most, so that PostgreSQL puts the look at the row into the host's statement. The function beside
-- it stays: a server of the version before calls it by its name.
CREATE FUNCTION rbac_roles.roles_of(user_id text, organization_id text, project_id text, environment_type text, pat_id text)
RETURNS SETOF jsonb LANGUAGE sql STABLE AS $function$
  SELECT rbac_roles.role_of($1, $2, $3, $4, $5) FROM rbac_roles.organization_with_roles k WHERE k.organization_id = $2
$function$;
`;
