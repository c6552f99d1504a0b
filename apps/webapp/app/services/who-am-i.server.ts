import type { WhoAmIResponseBody } from "@trigger.dev/core/v3";
import type { User } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";

/** The person behind the token, and the project asked about if they can see it. */
export async function whoAmI(context: AppContext, user: User, projectRef?: string): Promise<WhoAmIResponseBody> {
  const project = projectRef === undefined ? null : await findProject(context, user.id, projectRef);
  const { appOrigin } = context.config;
  return {
    userId: user.id,
    email: user.email,
    // Clients append paths that begin with a slash.
    dashboardUrl: appOrigin,
    ...(project ? { project: { name: project.name, url: `${appOrigin}/`, orgTitle: project.organization.title } } : {}),
  };
}

const findProject = (context: AppContext, userId: string, externalRef: string) =>
  context.prisma.project.findFirst({
    where: { externalRef, organization: { members: { some: { userId } } } },
    include: { organization: { select: { title: true } } },
  });
