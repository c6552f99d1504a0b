import type { ErrorGroupDetail } from "@trigger.dev/core/v3";
import { printFacts } from "./print-facts.js";
import { oneLine } from "./terminal-text.js";
import type { Terminal } from "./terminal.js";

/** Prints what is known of an error, a fact a line, and then the stack trace of one of its runs. */
export function printError(terminal: Terminal, error: ErrorGroupDetail): void {
  const { groupedBy, sample, affectedVersions } = error;
  printFacts(terminal, [
    ["ID", error.id],
    ["Task", error.taskIdentifier],
    ["Error", `${error.errorType}: ${error.errorMessage}`],
    ["Status", error.status],
    ["Resolved at", error.resolvedAt],
    ["Resolved in", error.resolvedInVersion],
    ["Resolved by", error.resolvedBy],
    ["Ignored at", error.ignoredAt],
    ["Ignored by", error.ignoredByUserId],
    ["Ignored until", limitsOf(error)],
    ["Reason", error.ignoredReason],
    ["Count", String(error.count)],
    ["First seen", error.firstSeen],
    ["Last seen", error.lastSeen],
    ["Versions", affectedVersions.length === 0 ? undefined : affectedVersions.join(", ")],
    ["Grouped by", `${groupedBy.tier}: ${[...groupedBy.frames, groupedBy.skeleton].join(" | ")}`],
    ["Run", sample?.runId],
  ]);
  for (const line of sample?.stackTrace?.split("\n") ?? []) terminal.result(`  ${oneLine(line)}`);
}

function limitsOf(error: ErrorGroupDetail): string | undefined {
  const { ignoredUntil, ignoredUntilOccurrenceRate: rate, ignoredUntilTotalOccurrences: total } = error;
  const limits = [
    ...(ignoredUntil === null ? [] : [ignoredUntil]),
    ...(rate === null ? [] : [`more than ${rate} in a minute`]),
    ...(total === null ? [] : [`${total} more`]),
  ];
  return limits.length === 0 ? undefined : limits.join(", or ");
}
