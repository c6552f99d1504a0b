import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Head, HeadStore } from "../app/audit/anchor.js";
import type { Config } from "./config.js";
import { writePrivateFile } from "./private-file.js";

const Kept = z.object({
  number: z.string().regex(/^\d{1,18}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.string(),
});

/** Where this machine keeps the head of the audit trail. */
export const auditHeadPath = (config: Pick<Config, "dataDir">): string => join(config.dataDir, "audit-head.json");

/** A head as `audit head --json` prints it; null for what is none. */
export function parseHead(text: string): Head | null {
  try {
    return Kept.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The head in a file, so that a database that was cut off or put back to an earlier state is found out. */
export function createHeadFile(config: Pick<Config, "dataDir">): HeadStore {
  const path = auditHeadPath(config);
  return {
    read() {
      try {
        return parseHead(readFileSync(path, "utf8"));
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
        throw error;
      }
    },
    write: (head) => writePrivateFile(path, `${JSON.stringify(head)}\n`),
  };
}
