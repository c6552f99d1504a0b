import {
  type ChangeOrganizationPolicyRequestBody,
  OrganizationPolicy,
  type OrganizationPolicyResponseBody,
  type SetOrganizationPolicyRequestBody,
} from "@trigger.dev/core/v3";
import { checkScopes } from "@trigger.dev/plugins/rbac";
import type { ClientBase } from "pg";
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
  { rules, ...input }: { organization: string; rules: SetOrganizationPolicyRequestBody; by: ChangedBy },
): Promise<OrganizationPolicyResponseBody> {
  const checked = checkRules(rules, context.config);
  return writePolicy(context, input, () => ({ ...NO_POLICY, ...checked }));
}

/**
 * Changes some rules of an organization's policy, as they are when it is this change's turn: of changes at the same
 * time none undoes another.
 * @throws AppError 400 for what the instance does not allow, 404
 */
export async function changeOrganizationPolicy(
  context: OperationContext & { config: Config },
  { changes, ...input }: { organization: string; changes: ChangeOrganizationPolicyRequestBody; by: ChangedBy },
): Promise<OrganizationPolicyResponseBody> {
  const { clear = [], ...rules } = changes;
  const checked = checkRules(rules, context.config);
  const cleared = Object.fromEntries(clear.map((rule) => [rule, NO_POLICY[rule]]));
  return writePolicy(context, input, (before) => ({ ...before, ...cleared, ...checked }));
}

async function writePolicy(
  context: OperationContext,
  { organization: slug, by }: { organization: string; by: ChangedBy },
  next: (before: OrganizationPolicy) => unknown,
): Promise<OrganizationPolicyResponseBody> {
  return inTransaction(context, async (client) => {
    const organization = await lockOrganization(client, slug);
    const before = await policyOf(client, organization.id);
    const policy = OrganizationPolicy.parse(next(before ?? NO_POLICY));
    await client.query("UPDATE organization SET policy = $2 WHERE id = $1", [organization.id, JSON.stringify(policy)]);
    await auditChange(client, context, {
      action: "policy.set",
      organizationId: organization.id,
      target: organization.id,
      detail: { before, policy },
      by,
    });
    return policyItem({ slug: organization.slug, policy });
  });
}

/** The policy of a locked organization. */
async function policyOf(client: ClientBase, organizationId: string): Promise<OrganizationPolicy | null> {
  const { rows } = await client.query<{ policy: unknown }>("SELECT policy FROM organization WHERE id = $1", [
    organizationId,
  ]);
  return OrganizationPolicy.nullable().parse(rows[0]?.policy ?? null);
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
