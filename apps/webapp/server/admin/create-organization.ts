import { z } from "zod";
import { createOrganization } from "../../app/services/create-organization.server.js";
import { findUserByEmail } from "../../app/services/email.server.js";
import { defineCommand } from "./command.js";

export const createOrganizationCommand = defineCommand({
  name: "org create",
  summary: "make an organization with its first owner",
  options: z.object({
    slug: z
      .string()
      .meta({ value: "<slug>", description: "its name in addresses: lower-case letters, digits, hyphens" }),
    title: z.string().meta({ value: "<title>", description: "its name for people" }),
    owner: z.string().meta({ value: "<address>", description: "the owner's email address" }),
  }),
  examples: ['org create --slug acme --title "Acme Inc." --owner ada@example.com'],
  async run({ context, by }, { slug, title, owner }) {
    const { userId } = await findUserByEmail(context.pool, owner);
    return createOrganization(context, { slug, title, ownerUserId: userId, by });
  },
  print: ({ slug, organizationId }) => `Made the organization ${slug} (${organizationId}).`,
});
