import { OrganizationPolicy } from "@trigger.dev/core/v3";
import type { AppContext } from "../api/context.js";

/** An organization that a person is a member of, and what it asks of their tokens. */
export interface OwnPolicy {
  slug: string;
  policy: OrganizationPolicy | null;
}

const POLICIES = {
  name: "policies_of_person",
  text: `SELECT o.slug, o.policy FROM organization_member m JOIN organization o ON o.id = m.organization_id
WHERE m.user_id = $1 ORDER BY o.slug`,
};

/** The policies of all organizations that a person is a member of, as they are now. */
export async function policiesOfPerson({ reader }: Pick<AppContext, "reader">, userId: string): Promise<OwnPolicy[]> {
  const { rows } = await reader.query<{ slug: string; policy: unknown }>({ ...POLICIES, values: [userId] });
  return rows.map(({ slug, policy }) => ({ slug, policy: policy === null ? null : OrganizationPolicy.parse(policy) }));
}
