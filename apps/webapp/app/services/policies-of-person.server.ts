import { OrganizationPolicy } from "@trigger.dev/core/v3";
import { createGroupCommit, type ReadLanes } from "@trigger.dev/database";

/** An organization that a person is a member of, and what it asks of their tokens. */
export interface OwnPolicy {
  slug: string;
  policy: OrganizationPolicy | null;
}

/** Answers the policies of all organizations that a person is a member of, as they are now. */
export type PoliciesOfPerson = (userId: string) => Promise<readonly OwnPolicy[]>;

const POLICIES = {
  name: "policies_of_people",
  text: `SELECT m.user_id AS "userId", o.slug, o.policy
FROM organization_member m JOIN organization o ON o.id = m.organization_id
WHERE m.user_id = ANY($1::text[]) ORDER BY o.slug`,
};

interface Row {
  userId: string;
  slug: string;
  policy: unknown;
}

const readPolicy = ({ slug, policy }: Row): OwnPolicy => ({
  slug,
  policy: policy === null ? null : OrganizationPolicy.parse(policy),
});

/** Asks for everybody who mints at one moment in one statement: a mint is too quick for one of its own. */
export function createPoliciesOfPerson(reader: ReadLanes): PoliciesOfPerson {
  return createGroupCommit(async (userIds: readonly string[]) => {
    const { rows } = await reader.query<Row>({ ...POLICIES, values: [[...new Set(userIds)]] });
    const byUser = new Map<string, OwnPolicy[]>(userIds.map((userId) => [userId, []]));
    for (const row of rows) byUser.get(row.userId)?.push(readPolicy(row));
    return userIds.map((userId) => byUser.get(userId) ?? []);
  });
}
