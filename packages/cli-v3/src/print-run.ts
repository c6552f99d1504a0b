import type { RetrieveRunResponseBody } from "@trigger.dev/core/v3";
import { printFacts } from "./print-facts.js";
import { jsonLine } from "./terminal-text.js";
import type { Terminal } from "./terminal.js";

const inJson = (value: unknown) => (value === undefined ? undefined : jsonLine(value));

/** Prints what is known of a run, a fact a line. */
export function printRun(terminal: Terminal, run: RetrieveRunResponseBody): void {
  const facts: [string, string | undefined][] = [
    ["ID", run.id],
    ["Task", run.taskIdentifier],
    ["Status", run.status],
    ["Environment", run.env.name],
    ["Version", run.version],
    ["Created", run.createdAt],
    ["Delayed until", run.delayedUntil],
    ["Started", run.startedAt],
    ["Finished", run.finishedAt],
    ["Attempts", String(run.attemptCount)],
    ["Tags", run.tags.length === 0 ? undefined : run.tags.join(", ")],
    ["Batch", run.batchId],
    ["Payload", inJson(run.payload)],
    ["Metadata", inJson(run.metadata)],
    ["Output", inJson(run.output)],
    ["Error", run.error && [run.error.name, run.error.message].filter(Boolean).join(": ")],
  ];
  printFacts(terminal, facts);
}
