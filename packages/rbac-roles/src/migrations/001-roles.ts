/** Custom roles and grants per project. Both end with what they hang on, whoever deletes it. */
export const ROLES = `
CREATE TABLE rbac_roles.custom_role (
  organization_id text NOT NULL REFERENCES public.organization (id) ON DELETE CASCADE ON UPDATE CASCADE,
  name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_-]{0,62}$' AND name NOT IN ('owner', 'admin', 'developer', 'viewer')),
  description text NOT NULL,
  permissions jsonb NOT NULL CHECK (jsonb_typeof(permissions) = 'array'),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, name)
);

CREATE TABLE rbac_roles.project_grant (
  organization_id text NOT NULL,
  user_id text NOT NULL,
  project_id text NOT NULL REFERENCES public.project (id) ON DELETE CASCADE ON UPDATE CASCADE,
  role text NOT NULL CHECK (role <> 'owner'),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, user_id, project_id),
  FOREIGN KEY (organization_id, user_id) REFERENCES public.organization_member (organization_id, user_id)
    ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX project_grant_project_id ON rbac_roles.project_grant (project_id);
CREATE INDEX project_grant_role ON rbac_roles.project_grant (organization_id, role);

-- Called inside the host's statement that finds a credential, which knows the names of a member's role and of a token's
-- highest itself: so this is one look at what only this plugin knows, and a second where there are custom roles.
CREATE FUNCTION rbac_roles.role_of(user_id text, organization_id text, project_id text, environment_type text, pat_id text)
RETURNS jsonb LANGUAGE plpgsql STABLE AS $function$
DECLARE
  granted text;
  has_custom boolean;
  custom jsonb;
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
      (SELECT m.role FROM public.organization_member m WHERE m.organization_id = $2 AND m.user_id = $1),
      (SELECT t.max_role FROM public.personal_access_token t WHERE t.id = $5));
  END IF;
  IF granted IS NULL AND custom IS NULL THEN RETURN NULL; END IF;
  RETURN jsonb_build_object('project', granted, 'custom', custom);
END
$function$;
`;
