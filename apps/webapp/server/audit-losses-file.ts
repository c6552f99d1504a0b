import { appendFileSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Loss } from "../app/audit/report-lost.server.js";
import type { Config } from "./config.js";

/** Past this nothing is added: what is there is bad enough. */
const MOST_BYTES = 1_000_000;

const Kept: z.ZodType<Loss> = z.object({
  kind: z.enum(["missing", "altered"]),
  organizationId: z.string().nullable(),
  id: z.string(),
  action: z.string(),
  at: z.string(),
  rows: z.number(),
});

/** Where this machine keeps which rows of the audit trail went before they were sealed. */
export const auditLossesPath = (config: Pick<Config, "dataDir">): string => join(config.dataDir, "audit-losses.jsonl");

const isMissing = (error: unknown) => error instanceof Error && "code" in error && error.code === "ENOENT";

/** Adds losses to the file, a line each. Any number of processes may. */
export function appendLosses(config: Pick<Config, "dataDir">, losses: readonly Loss[]): void {
  const path = auditLossesPath(config);
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MOST_BYTES) return;
  appendFileSync(path, losses.map((loss) => `${JSON.stringify(loss)}\n`).join(""), { mode: 0o600 });
}

function parseLoss(line: string): Loss {
  try {
    return Kept.parse(JSON.parse(line));
  } catch {
    // Half a line, of a process that was killed as it wrote it: a loss all the same.
    return { kind: "missing", organizationId: null, id: "unknown", action: "unknown", at: "unknown", rows: 1 };
  }
}

/** What was lost by the file's word. */
export function readLosses(config: Pick<Config, "dataDir">): Loss[] {
  try {
    return readFileSync(auditLossesPath(config), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map(parseLoss);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
