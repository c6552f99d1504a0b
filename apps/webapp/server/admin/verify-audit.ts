import { z } from "zod";
import { holdsHead } from "../../app/audit/anchor.js";
import { type ChainReport, verifyTrail } from "../../app/audit/verify-trail.server.js";
import { auditHeadPath, createHeadFile } from "../audit-head-file.js";
import { auditLossesPath, readLosses } from "../audit-losses-file.js";
import { defineCommand } from "./command.js";

const HEAD = /^(\d{1,18}):([0-9a-f]{64})$/;

/** Lines of the losses' file that a person is told. */
const MOST_SAID = 20;

const nameOf = ({ slug, organizationId }: ChainReport) =>
  organizationId === null ? "the instance" : (slug ?? organizationId);

function line(chain: ChainReport): string {
  const unsealed = chain.unsealed > 0 ? `, ${chain.unsealed} not sealed yet` : "";
  const unsigned = chain.unsigned > 0 ? `, ${chain.unsigned} from before it was signed` : "";
  const verdict = chain.problem ? `WRONG: ${chain.problem.message}` : "ok";
  return `${nameOf(chain)}: ${chain.rows} rows${unsealed}${unsigned}. ${verdict}`;
}

export const verifyAuditCommand = defineCommand({
  name: "audit verify",
  summary: "check that nobody rewrote the audit trail; names the first wrong row of each organization, and exits 1",
  options: z.object({
    head: z
      .string()
      .regex(HEAD, "must be what `audit head` printed")
      .optional()
      .meta({ value: "<head>", description: "what `audit head` printed earlier; the trail must still hold it" }),
  }),
  examples: ["audit verify", "audit verify --json"],
  async run({ context }, { head }) {
    const chains = await verifyTrail(context.pool, context.auditKey);
    const kept = createHeadFile(context.config).read();
    const given = HEAD.exec(head ?? "");
    const lost: string[] = [];
    if (kept && !(await holdsHead(context.pool, kept))) lost.push(auditHeadPath(context.config));
    if (given && !(await holdsHead(context.pool, { number: given[1] ?? "", hash: given[2] ?? "", at: "" }))) {
      lost.push("--head");
    }
    const losses = readLosses(context.config);
    const ok = lost.length === 0 && losses.length === 0 && chains.every(({ problem }) => problem === null);
    return { ok, lostHeads: lost, losses, lossesFile: auditLossesPath(context.config), chains };
  },
  failed: ({ ok }) => !ok,
  print: ({ chains, lostHeads, losses, lossesFile }) =>
    [
      ...chains.map(line),
      ...lostHeads.map(
        (where) => `WRONG: the trail does not hold the head of ${where}: its end was cut off or rewritten.`,
      ),
      ...losses
        .slice(0, MOST_SAID)
        .map(
          ({ kind, id, action, at, rows, organizationId }) =>
            `WRONG: ${lossesFile}: ${rows} rows of ${organizationId ?? "the instance"} were ${kind === "missing" ? "deleted" : "altered"} before they were sealed, the first of them ${id} (${action} of ${at}).`,
        ),
      ...(losses.length > MOST_SAID ? [`WRONG: ${lossesFile}: and so ${losses.length - MOST_SAID} times more.`] : []),
    ].join("\n"),
});
