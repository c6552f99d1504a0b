import { z } from "zod";
import { listUsers } from "../../app/services/list-instance.server.js";
import { defineCommand } from "./command.js";

export const listUsersCommand = defineCommand({
  name: "user list",
  summary: "list everybody with an account",
  options: z.object({}),
  examples: ["user list", "user list --json"],
  run: async ({ context }) => ({ users: await listUsers(context.pool) }),
  print: ({ users }) => users.map(({ userId, email }) => `${userId}  ${email}`).join("\n"),
});
