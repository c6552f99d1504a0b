import { z } from "zod";
import { listAllOrganizations } from "../../app/services/list-instance.server.js";
import { defineCommand } from "./command.js";

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

export const listOrganizationsCommand = defineCommand({
  name: "org list",
  summary: "list all organizations",
  options: z.object({}),
  examples: ["org list"],
  run: async ({ context }) => ({ organizations: await listAllOrganizations(context.pool) }),
  print: ({ organizations }) =>
    organizations
      .map(
        ({ slug, title, members, projects }) =>
          `${slug}  ${counted(members, "member")}  ${counted(projects, "project")}  ${title}`,
      )
      .join("\n"),
});
