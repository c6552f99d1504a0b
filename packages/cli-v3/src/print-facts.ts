import { oneLine } from "./terminal-text.js";
import type { Terminal } from "./terminal.js";

/** Prints what there is, a fact a line. */
export function printFacts(
  terminal: Terminal,
  facts: readonly [name: string, value: string | undefined | null][],
): void {
  for (const [name, value] of facts) {
    if (value !== undefined && value !== null) terminal.result(`${name.padEnd(14)} ${oneLine(value)}`);
  }
}
