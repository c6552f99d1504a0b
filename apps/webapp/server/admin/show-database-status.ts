import { migrationStatus } from "@trigger.dev/database";
import { z } from "zod";
import { defineCommand } from "./command.js";

export const showDatabaseStatusCommand = defineCommand({
  name: "db status",
  summary: "show which migrations the database has; changes nothing",
  options: z.object({}),
  examples: ["db status"],
  run: ({ context }) => migrationStatus(context.pool),
  print: (status) =>
    `${status.applied.length} applied, ${status.pending.length} pending, ${status.failed.length} failed.`,
});
