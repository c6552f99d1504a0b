import { z } from "zod";
import { listMembers } from "../../app/services/list-instance.server.js";
import { lockOrganization } from "../../app/services/membership.server.js";
import { inTransaction } from "../../app/services/operation.server.js";
import { defineCommand } from "./command.js";
import { organization } from "./options.js";

export const listMembersCommand = defineCommand({
  name: "member list",
  summary: "list who belongs to an organization",
  options: z.object({ org: organization }),
  examples: ["member list --org acme"],
  async run({ context }, { org }) {
    const { id } = await inTransaction(context, (client) => lockOrganization(client, org));
    return { members: await listMembers(context.pool, id) };
  },
  print: ({ members }) => members.map(({ userId, email, role }) => `${userId}  ${role}  ${email}`).join("\n"),
});
