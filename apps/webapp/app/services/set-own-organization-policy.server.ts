import type {
  ChangeOrganizationPolicyRequestBody,
  OrganizationPolicyResponseBody,
  SetOrganizationPolicyRequestBody,
} from "@trigger.dev/core/v3";
import type { Organization, UserAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { AppError } from "../api/errors.js";
import { auditCredential } from "./audit.server.js";
import type { ChangedBy } from "./operation.server.js";
import { changeOrganizationPolicy, setOrganizationPolicy } from "./organization-policy.server.js";

/**
 * Sets the policy of the caller's organization.
 * @throws AppError 400 for what the instance does not allow, 403 for a token that the policy itself narrows
 */
export async function setOwnOrganizationPolicy(
  context: AppContext,
  caller: UserAuthentication,
  organization: Organization,
  rules: SetOrganizationPolicyRequestBody,
): Promise<OrganizationPolicyResponseBody> {
  return setOrganizationPolicy(context, {
    organization: organization.slug,
    rules,
    by: byUnnarrowed(caller, organization),
  });
}

/**
 * Changes rules of the policy of the caller's organization.
 * @throws AppError 400 for what the instance does not allow, 403 for a token that the policy itself narrows
 */
export async function changeOwnOrganizationPolicy(
  context: AppContext,
  caller: UserAuthentication,
  organization: Organization,
  changes: ChangeOrganizationPolicyRequestBody,
): Promise<OrganizationPolicyResponseBody> {
  const by = byUnnarrowed(caller, organization);
  return changeOrganizationPolicy(context, { organization: organization.slug, changes, by });
}

/** Else a token could lift what it is narrowed by. */
function byUnnarrowed({ narrowing, ...caller }: UserAuthentication, { slug }: Organization): ChangedBy {
  if (narrowing === null) return { userId: caller.user.id, credential: auditCredential(caller) };
  throw new AppError(
    "refused_by_policy",
    `The policy of the organization ${slug} (${narrowing.rule}) narrows this token, which therefore cannot change it.`,
  );
}
