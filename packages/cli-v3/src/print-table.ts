import { oneLine } from "./terminal-text.js";
import type { Terminal } from "./terminal.js";

/** Prints rows: as a drawn table on a terminal, else tab-separated, for `cut` and `awk`. */
export async function printTable(terminal: Terminal, head: string[], rows: string[][]): Promise<void> {
  const clean = rows.map((row) => row.map(oneLine));
  if (!process.stdout.isTTY) {
    for (const row of [head, ...clean]) terminal.result(row.join("\t"));
    return;
  }
  const [{ default: Table }, { default: colors }] = await Promise.all([import("cli-table3"), import("picocolors")]);
  const table = new Table({ head: head.map((name) => colors.bold(name)), style: { head: [], border: [] } });
  table.push(...clean);
  terminal.result(table.toString());
}
