import { type CountDifference, verifyCounts } from "@trigger.dev/error-store";
import { z } from "zod";
import { defineCommand } from "./command.js";
import { id } from "./options.js";

const line = ({ errorId, where, at, version, counted, inRuns }: CountDifference): string => {
  const place = where === "group" ? "in all" : `${where} ${at?.toISOString() ?? ""} ${version || "(no version)"}`;
  return `${errorId}  ${place}: ${counted ?? "nothing"} counted, ${inRuns} in the runs`;
};

export const verifyErrorsCommand = defineCommand({
  name: "error verify",
  summary: "compare the counts of errors with the runs, and end with 1 when they differ; changes nothing",
  options: z.object({ environment: id("only this environment, env_…").optional() }),
  examples: ["error verify", "error verify --environment env_abcdefghijklmnopqrstuvwx"],
  async run({ context }, { environment = null }) {
    const { pool, config } = context;
    const found = await verifyCounts({ pool, retentionDays: config.errorRetentionDays, environmentId: environment });
    if (!found.agrees) process.exitCode = 1;
    return found;
  },
  print: ({ agrees, groups, ungroupedRuns, waiting, differences, more }) =>
    [
      ...differences.map(line),
      ...(more ? ["and more"] : []),
      ...(ungroupedRuns > 0 ? [`${ungroupedRuns} failed runs are in no group.`] : []),
      agrees
        ? `The counts of ${groups} errors agree with the runs; ${waiting} runs are about to be counted.`
        : "The counts differ from the runs: npm run admin -- error rebuild restores them.",
    ].join("\n"),
});
