import { deployMigrations } from "@trigger.dev/database";
import { z } from "zod";
import { defineCommand } from "./command.js";

export const migrateDatabaseCommand = defineCommand({
  name: "db migrate",
  summary: "bring the database's schema up to date, as each start does",
  options: z.object({}),
  examples: ["db migrate"],
  run: ({ context }) => deployMigrations(context.pool),
  print: ({ deployed }) => (deployed.length === 0 ? "The schema is up to date." : `Applied ${deployed.join(", ")}.`),
});
