import { z } from "zod";
import { retainAuditSince } from "../../app/audit/retain.server.js";
import { defineCommand } from "./command.js";

const DAY_MS = 86_400_000;

export const retainAuditCommand = defineCommand({
  name: "audit retain",
  summary: "remove what is older than so many days from the audit trail; the trail says so, and goes on verifying",
  options: z.object({
    days: z
      .string()
      .regex(/^[1-9]\d{0,4}$/, "must be a whole number of days, at least 1")
      .transform(Number)
      .meta({ value: "<days>", description: "how many days to keep" }),
  }),
  examples: ["audit retain --days 400"],
  async run({ context, by }, { days }) {
    const before = new Date(Date.now() - days * DAY_MS);
    const removed = await retainAuditSince(context, { before, by });
    return { before: before.toISOString(), removed };
  },
  print: ({ removed }) => `Removed ${removed.reduce((sum, { removed: count }) => sum + count, 0)} rows.`,
});
