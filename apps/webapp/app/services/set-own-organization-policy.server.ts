import type { OrganizationPolicyResponseBody, SetOrganizationPolicyRequestBody } from "@trigger.dev/core/v3";
import type { Organization, UserAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { AppError } from "../api/errors.js";
import { auditCredential } from "./audit.server.js";
import { setOrganizationPolicy } from "./organization-policy.server.js";

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
  // Else it could lift what it is narrowed by.
  if (caller.narrowing !== null) {
    throw new AppError(
      "refused_by_policy",
      `The policy of the organization ${organization.slug} (${caller.narrowing.rule}) narrows this token, which therefore cannot change it.`,
    );
  }
  const by = { userId: caller.user.id, credential: auditCredential(caller) };
  return setOrganizationPolicy(context, { organization: organization.slug, rules, by });
}
