import {
  OrganizationPolicy,
  type OrganizationPolicyResponseBody,
  type SetOrganizationPolicyRequestBody,
} from "@trigger.dev/core/v3";
import { checkScopes } from "@trigger.dev/plugins/rbac";
import type { Config } from "../../server/config.js";
import { notFound } from "../api/errors.js";
import { lockOrganization } from "./membership.server.js";
import { auditChange, inTransaction, type ChangedBy, type OperationContext } from "./operation.server.js";
import { refuse } from "./refuse.server.js";

const NO_POLICY: OrganizationPolicy = {
  maxTokenTtlSeconds: null,
  defaultCap: null,
  allowCaplessTokens: true,
  clients: null,
  mintsPerMinute: null,
  exchangesPerMinute: null,
};

/** An organization's policy as the API shows it; none is one without rules. */
export const policyItem = (organization: {
  slug: string;
  policy: OrganizationPolicy | null;
}): OrganizationPolicyResponseBody => ({
  organization: organization.slug,
  ...(organization.policy ?? NO_POLICY),
});

/**
 * Reads an organization's policy.
 * @throws AppError 404
 */
export async function readOrganizationPolicy(
  { pool }: Pick<OperationContext, "pool">,
  slug: string,
): Promise<OrganizationPolicyResponseBody> {
  const { rows } = await pool.query<{ policy: unknown }>("SELECT policy FROM organization WHERE slug = $1", [slug]);
  if (!rows[0]) throw notFound(`Organization ${slug}`);
  return policyItem({ slug, policy: rows[0].policy === null ? null : OrganizationPolicy.parse(rows[0].policy) });
}

/**
 * Sets the whole of an organization's policy: every token that is used in it is under it from its next request on.
 * @throws AppError 400 for what the instance does not allow, 404
 */
export async function setOrganizationPolicy(
  context: OperationContext & { config: Config },
  input: { organization: string; rules: SetOrganizationPolicyRequestBody; by: ChangedBy },
): Promise<OrganizationPolicyResponseBody> {
  const policy = OrganizationPolicy.parse({ ...NO_POLICY, ...checkRules(input.rules, context.config) });
  return inTransaction(context, async (client) => {
    const organization = await lockOrganization(client, input.organization);
    const { rows } = await client.query<{ before: unknown }>(
      `UPDATE organization o SET policy = $2 FROM organization b
       WHERE o.id = $1 AND b.id = o.id RETURNING b.policy AS before`,
      [organization.id, JSON.stringify(policy)],
    );
    await auditChange(client, context, {
      action: "policy.set",
      organizationId: organization.id,
      target: organization.id,
      detail: { before: rows[0]?.before ?? null, policy },
      by: input.by,
    });
    return policyItem({ slug: organization.slug, policy });
  });
}

function checkRules(rules: SetOrganizationPolicyRequestBody, config: Config): SetOrganizationPolicyRequestBody {
  const bounds = [
    ["maxTokenTtlSeconds", config.userActorMaxTtlSeconds],
    ["mintsPerMinute", config.maxMintsPerMinute],
    ["exchangesPerMinute", config.maxExchangesPerMinute],
  ] as const;
  for (const [rule, bound] of bounds) {
    if ((rules[rule] ?? 0) > bound)
      throw refuse(`body.${rule}`, `${rule} must be at most ${bound}, this instance's bound.`);
  }
  const checked = rules.defaultCap && checkScopes(rules.defaultCap);
  if (checked && !checked.ok) {
    throw refuse("body.defaultCap", `defaultCap ${checked.problems.map(({ message }) => message).join(" ")}`);
  }
  return {
    ...rules,
    ...(rules.defaultCap ? { defaultCap: [...new Set(rules.defaultCap)] } : {}),
    ...(rules.clients ? { clients: [...new Set(rules.clients)] } : {}),
  };
}
