import { createAbility } from "@trigger.dev/plugins";

/** What everybody else may do in production. `all` leaves `apiKeys` out. */
const READ_ONLY = ["read:all"];

/** One statement, because `query` takes one; under a lock, because every process of the server runs it. */
const INSTALL = `
DO $install$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('production_read_only'));
  CREATE SCHEMA IF NOT EXISTS production_read_only;
  CREATE OR REPLACE FUNCTION production_read_only.acts_as_owner(
    user_id text, organization_id text, project_id text, environment_type text, pat_id text
  ) RETURNS jsonb LANGUAGE sql STABLE AS $function$
    SELECT to_jsonb(
      EXISTS (SELECT FROM public.organization_member m WHERE m.organization_id = $2 AND m.user_id = $1 AND m.role = 'owner')
      AND NOT EXISTS (SELECT FROM public.personal_access_token t WHERE t.id = $5 AND t.max_role <> 'owner')
    )
  $function$;
END
$install$`;

const lookup = { roleFunction: "production_read_only.acts_as_owner" };

/** The caps of the credential itself, and one more where a person who is no owner meets production. */
function abilityOf(evidence, type) {
  const isPersonInProduction = type === "PRODUCTION" && evidence.user !== null;
  return createAbility(isPersonInProduction && evidence.role !== true ? [...evidence.caps, READ_ONLY] : evidence.caps);
}

/** Refusals pass through as they are; a verified credential gets its ability, there and in other environments. */
function decide(resolved) {
  if (!resolved.ok) return resolved;
  const { evidence } = resolved;
  const abilityIn = (type) => abilityOf(evidence, type);
  const environment = "place" in evidence ? evidence.place?.environment : evidence.environment;
  return { ok: true, authentication: { ...evidence, ability: abilityIn(environment?.type), abilityIn } };
}

/** @type {import("@trigger.dev/plugins").RbacPlugin} */
const plugin = {
  async create({ credentials, query, log }) {
    await query(INSTALL);
    log.info("Production is read-only for everybody but owners.");
    return {
      name: "production-read-only",
      authenticatePersonalAccessToken: async (token, request) =>
        decide(await credentials.personalAccessToken(token, request, lookup)),
      authenticateUserActor: async (token, request) => decide(await credentials.userActor(token, request, lookup)),
      authenticateSession: async (secret, request) => decide(await credentials.session(secret, request, lookup)),
      authenticateBearer: async (token, request) => decide(await credentials.bearer(token, request, lookup)),
    };
  },
};

export default plugin;
