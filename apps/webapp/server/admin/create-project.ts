import { z } from "zod";
import { createProject } from "../../app/services/create-project.server.js";
import { findOrganization } from "../../app/services/membership.server.js";
import { defineCommand } from "./command.js";
import { organization } from "./options.js";

export const createProjectCommand = defineCommand({
  name: "project create",
  summary: "make a project with its environments",
  options: z.object({
    org: organization,
    name: z.string().meta({ value: "<name>", description: "what the project is called" }),
  }),
  examples: ['project create --org acme --name "Web shop"'],
  async run({ context, by }, options) {
    const { id } = await findOrganization(context.pool, options.org);
    const { projectId, ref, environments } = await createProject(context, {
      organizationId: id,
      name: options.name,
      by,
    });
    return { projectId, ref, environments };
  },
  print: ({ ref, environments }) =>
    [
      `Made the project ${ref}. Its environments' keys:`,
      ...Object.entries(environments).map(([slug, { apiKey }]) => `  ${slug.padEnd(8)}${apiKey}`),
    ].join("\n"),
});
