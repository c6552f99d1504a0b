import type { ListOrganizationsResponseBody } from "@trigger.dev/core/v3";
import type { Organization } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";

const MOST = 1000;

/** An organization as the API shows it. */
export const organizationItem = ({ id, title, slug, createdAt }: Omit<Organization, "policy">) => ({
  id,
  title,
  slug,
  createdAt: createdAt.toISOString(),
});

/** The organizations that the user is a member of, oldest first. */
export async function listOrganizations(context: AppContext, userId: string): Promise<ListOrganizationsResponseBody> {
  const organizations = await context.prisma.organization.findMany({
    where: { members: { some: { userId } } },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    take: MOST,
  });
  return organizations.map(organizationItem);
}
