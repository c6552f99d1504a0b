import type { Project, User } from "@trigger.dev/plugins/rbac";
import { isPresent } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";

/** Whether the person's own dev environment of a project has a worker connected. */
export async function readDevStatus(
  { prisma, pool }: Pick<AppContext, "prisma" | "pool">,
  user: User,
  { project }: { project: Project },
): Promise<{ isConnected: boolean }> {
  const environment = await prisma.environment.findFirst({
    where: { projectId: project.id, slug: "dev", ownerKey: user.id, branch: "" },
    select: { id: true },
  });
  return { isConnected: environment !== null && (await isPresent(pool, environment.id)) };
}
