import type { AppContext } from "../api/context.js";

const MOST = 100;

/** What the home page lists: a person's organizations, and the projects in each, by name. */
export async function listHome({ prisma }: Pick<AppContext, "prisma">, userId: string) {
  const memberships = await prisma.organizationMember.findMany({
    where: { userId },
    include: {
      organization: {
        include: { projects: { orderBy: [{ name: "asc" }, { id: "asc" }], take: MOST } },
      },
    },
    orderBy: { organization: { title: "asc" } },
    take: MOST,
  });
  return memberships.map(({ role, organization }) => ({
    slug: organization.slug,
    title: organization.title,
    role,
    projects: organization.projects.map((project) => ({ ref: project.externalRef, name: project.name })),
  }));
}
