/**
 * Whose custom role it is that a personal access token is held to: a name alone would mean another role in another
 * organization, and come back with a new role of that name. A token is bound when it is made, to the organizations of its
 * person that have the role; the binding ends with the role.
 */
export const TOKEN_ROLES = `
CREATE TABLE rbac_roles.token_role (
  pat_id text NOT NULL REFERENCES public.personal_access_token (id) ON DELETE CASCADE ON UPDATE CASCADE,
  organization_id text NOT NULL,
  role text NOT NULL,
  PRIMARY KEY (pat_id, organization_id),
  FOREIGN KEY (organization_id, role) REFERENCES rbac_roles.custom_role (organization_id, name)
    ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX token_role_role ON rbac_roles.token_role (organization_id, role);

CREATE FUNCTION rbac_roles.bind_token_role() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
BEGIN
  IF TG_OP = 'UPDATE' THEN DELETE FROM rbac_roles.token_role b WHERE b.pat_id = NEW.id; END IF;
  INSERT INTO rbac_roles.token_role (pat_id, organization_id, role)
    SELECT NEW.id, c.organization_id, c.name
    FROM rbac_roles.custom_role c
    JOIN public.organization_member m ON m.organization_id = c.organization_id AND m.user_id = NEW.user_id
    WHERE c.name = NEW.max_role
    -- One that is being deleted is waited for, and not there then.
    FOR KEY SHARE OF c;
  RETURN NULL;
END
$function$;

CREATE TRIGGER rbac_roles_bind_token_role AFTER INSERT OR UPDATE OF max_role, user_id ON public.personal_access_token
  FOR EACH ROW EXECUTE FUNCTION rbac_roles.bind_token_role();

INSERT INTO rbac_roles.token_role (pat_id, organization_id, role)
  SELECT t.id, c.organization_id, c.name
  FROM public.personal_access_token t
  JOIN public.organization_member m ON m.user_id = t.user_id
  JOIN rbac_roles.custom_role c ON c.organization_id = m.organization_id AND c.name = t.max_role;

-- As before, but for the token's role, which is not looked up by its name.
CREATE OR REPLACE FUNCTION rbac_roles.role_of(user_id text, organization_id text, project_id text, environment_type text, pat_id text)
RETURNS jsonb LANGUAGE plpgsql STABLE AS $function$
DECLARE
  granted text;
  has_custom boolean;
  custom jsonb;
  highest jsonb;
BEGIN
  SELECT
    (SELECT g.role FROM rbac_roles.project_grant g
     WHERE g.organization_id = $2 AND g.user_id = $1 AND g.project_id = $3),
    EXISTS (SELECT FROM rbac_roles.custom_role c WHERE c.organization_id = $2)
  INTO granted, has_custom;
  IF has_custom THEN
    SELECT jsonb_object_agg(c.name, c.permissions) INTO custom FROM rbac_roles.custom_role c
    WHERE c.organization_id = $2 AND c.name IN (
      granted,
      (SELECT m.role FROM public.organization_member m WHERE m.organization_id = $2 AND m.user_id = $1));
    SELECT c.permissions INTO highest FROM rbac_roles.token_role b
    JOIN rbac_roles.custom_role c ON c.organization_id = b.organization_id AND c.name = b.role
    WHERE b.pat_id = $5 AND b.organization_id = $2;
  END IF;
  IF granted IS NULL AND custom IS NULL AND highest IS NULL THEN RETURN NULL; END IF;
  RETURN jsonb_build_object('project', granted, 'custom', custom, 'highest', highest);
END
$function$;
`;
