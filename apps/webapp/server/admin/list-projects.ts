import { z } from "zod";
import { listAllProjects } from "../../app/services/list-instance.server.js";
import { defineCommand } from "./command.js";
import { organization } from "./options.js";

export const listProjectsCommand = defineCommand({
  name: "project list",
  summary: "list the projects of an organization, or all of them",
  options: z.object({ org: organization.optional() }),
  examples: ["project list", "project list --org acme"],
  run: async ({ context }, { org = null }) => ({ projects: await listAllProjects(context.pool, org) }),
  print: ({ projects }) =>
    projects.length === 0
      ? "No projects."
      : projects.map(({ ref, organization: slug, name }) => `${ref}  ${slug}  ${name}`).join("\n"),
});
