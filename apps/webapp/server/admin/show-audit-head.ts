import { z } from "zod";
import { readHead } from "../../app/audit/anchor.js";
import { defineCommand } from "./command.js";

export const showAuditHeadCommand = defineCommand({
  name: "audit head",
  summary: "print what vouches for the whole audit trail up to now, to be kept somewhere else",
  options: z.object({}),
  examples: ["audit head"],
  async run({ context }) {
    const head = await readHead(context.pool);
    return { head: head && `${head.number}:${head.hash}`, at: head?.at ?? null };
  },
  print: ({ head }) => head ?? "Nothing is sealed yet.",
});
