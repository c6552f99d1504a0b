/**
 * No organization loses its last owner, whoever changes the table. The check waits for the end of the transaction, so
 * that an owner can be replaced in any order, and counts its visit in a row of the organization's: of two transactions
 * that each take one of two owners, the later waits for the earlier, and sees what it did or fails to serialize.
 */
export const LAST_OWNER = `
CREATE TABLE rbac_roles.owner_guard (
  organization_id text PRIMARY KEY REFERENCES public.organization (id) ON DELETE CASCADE ON UPDATE CASCADE,
  visits bigint NOT NULL
);

CREATE FUNCTION rbac_roles.keep_an_owner() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
  organization_slug text;
BEGIN
  SELECT o.slug INTO organization_slug FROM public.organization o WHERE o.id = OLD.organization_id;
  IF NOT FOUND THEN RETURN NULL; END IF;
  INSERT INTO rbac_roles.owner_guard AS g (organization_id, visits) VALUES (OLD.organization_id, 1)
    ON CONFLICT (organization_id) DO UPDATE SET visits = g.visits + 1;
  IF NOT EXISTS (
    SELECT FROM public.organization_member m WHERE m.organization_id = OLD.organization_id AND m.role = 'owner'
  ) THEN
    RAISE EXCEPTION USING ERRCODE = 'TD409', MESSAGE =
      format('This would leave the organization %s without an owner. Make another member an owner first.', organization_slug);
  END IF;
  RETURN NULL;
END
$function$;

CREATE CONSTRAINT TRIGGER rbac_roles_keep_an_owner
  AFTER UPDATE OR DELETE ON public.organization_member
  DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.role = 'owner')
  EXECUTE FUNCTION rbac_roles.keep_an_owner();

CREATE FUNCTION rbac_roles.keep_members() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
BEGIN
  IF EXISTS (SELECT FROM public.organization) THEN
    RAISE EXCEPTION USING ERRCODE = 'TD409', MESSAGE = 'This would leave every organization without an owner.';
  END IF;
  RETURN NULL;
END
$function$;

CREATE TRIGGER rbac_roles_keep_members
  AFTER TRUNCATE ON public.organization_member
  FOR EACH STATEMENT EXECUTE FUNCTION rbac_roles.keep_members();
`;
