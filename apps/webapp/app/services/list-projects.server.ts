import type { ListProjectRuntimesResponseBody, ListProjectsResponseBody, ProjectItem } from "@trigger.dev/core/v3";
import type { Organization, Project } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { organizationItem } from "./list-organizations.server.js";

/** More than this no list shows; nobody reads them. */
const MOST = 1000;

interface ProjectRow {
  id: string;
  externalRef: string;
  name: string;
  slug: string;
  createdAt: Date;
  organization: Omit<Organization, "policy">;
}

const projectsOf = (context: AppContext, userId: string): Promise<ProjectRow[]> =>
  context.prisma.project.findMany({
    where: { organization: { members: { some: { userId } } } },
    include: { organization: true },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    take: MOST,
  });

/** A project as the API shows it. */
export function projectItem(
  project: Omit<Project, "ref"> & { ref: string },
  organization: Omit<Organization, "policy">,
): ProjectItem {
  return {
    id: project.id,
    externalRef: project.ref,
    name: project.name,
    slug: project.slug,
    createdAt: project.createdAt.toISOString(),
    organization: organizationItem(organization),
  };
}

/** The projects of every organization that the user is a member of, oldest first. */
export async function listProjects(context: AppContext, userId: string): Promise<ListProjectsResponseBody> {
  const projects = await projectsOf(context, userId);
  return projects.map((project) => projectItem({ ...project, ref: project.externalRef }, project.organization));
}

/** The same, one row for each environment. */
export async function listProjectRuntimes(
  context: AppContext,
  userId: string,
): Promise<ListProjectRuntimesResponseBody> {
  const projects = await projectsOf(context, userId);
  return projects.flatMap(({ organization, ...project }) =>
    ["dev", "staging", "prod", "preview"].map((slug) => ({
      organization: { title: organization.title, slug: organization.slug },
      project: { name: project.name, slug: project.slug, externalRef: project.externalRef },
      environment: { slug },
      deployment: null,
    })),
  );
}
