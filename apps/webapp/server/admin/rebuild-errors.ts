import { rebuildCounts } from "@trigger.dev/error-store";
import { z } from "zod";
import { auditChange, inTransaction } from "../../app/services/operation.server.js";
import { defineCommand } from "./command.js";
import { id } from "./options.js";

export const rebuildErrorsCommand = defineCommand({
  name: "error rebuild",
  summary: "count errors anew from the runs, also while the server runs",
  options: z.object({ environment: id("only this environment, env_…").optional() }),
  examples: ["error rebuild", "error rebuild --environment env_abcdefghijklmnopqrstuvwx"],
  async run({ context, by }, { environment = null }) {
    const { pool, config } = context;
    const rebuilt = await rebuildCounts({ pool, retentionDays: config.errorRetentionDays, environmentId: environment });
    await inTransaction(context, (client) =>
      auditChange(client, context, { action: "error.rebuild", target: environment, detail: rebuilt, by }),
    );
    return rebuilt;
  },
  print: ({ groups, groupedRuns }) =>
    `Counted ${groups} errors anew.${groupedRuns > 0 ? ` ${groupedRuns} runs came into a group.` : ""}`,
});
