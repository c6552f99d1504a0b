import type { ErrorGroupListItem } from "@trigger.dev/core/v3";
import { type EnvironmentOptions, withEnvironment } from "../environment-session.js";
import { ago } from "../ago.js";
import { printTable } from "../print-table.js";
import { sparkline } from "../sparkline.js";
import type { Terminal } from "../terminal.js";
import { jsonLine, oneLine } from "../terminal-text.js";

export interface ListErrorsOptions extends EnvironmentOptions {
  status?: string;
  task?: string;
  in?: string;
  search?: string;
  period: string;
  sort: "lastSeen" | "firstSeen" | "count";
  limit: string;
}

/** As much of an error's type and message as a list shows; `--json` has all of it. */
const LONGEST_TEXT = 120;
const SHORTEST_TEXT = 24;
/** What a drawn table needs for a column beside its text. */
const BORDER = 3;
/** The column that gives way. */
const ERROR = 2;

/** Prints an environment's errors. */
export function listErrors(options: ListErrorsOptions): Promise<void> {
  return withEnvironment(options, ["read:errors"], async ({ client, terminal }) => {
    const { status, task, in: versions, search, period, sort, limit } = options;
    const draws = process.stdout.isTTY && !options.json;
    const { data: errors } = await client.listErrors({
      "page[size]": limit,
      "filter[period]": period,
      sort,
      ...(status === undefined ? {} : { "filter[status]": status.toLowerCase() }),
      ...(task === undefined ? {} : { "filter[taskIdentifier]": task }),
      ...(versions === undefined ? {} : { "filter[version]": versions }),
      ...(search === undefined ? {} : { "filter[search]": search }),
      ...(draws ? { include: "hourly" } : {}),
    });
    if (options.json) return terminal.result(jsonLine(errors));
    if (errors.length === 0) terminal.note(`There is no such error in ${options.env}.`);
    await (draws ? drawTable(terminal, errors) : printLines(terminal, errors));
  });
}

const printLines = (terminal: Terminal, errors: readonly ErrorGroupListItem[]): Promise<void> =>
  printTable(
    terminal,
    ["ID", "Task", "Error", "Status", "Count", "Last seen"],
    errors.map((error) => [
      error.id,
      error.taskIdentifier,
      textOf(error, LONGEST_TEXT),
      error.status,
      String(error.count),
      error.lastSeen,
    ]),
  );

/** As wide as the terminal is, so far as the text of an error can be shorter. */
function drawTable(terminal: Terminal, errors: readonly ErrorGroupListItem[]): Promise<void> {
  const now = Date.now();
  const rows = errors.map((error) => ({
    error,
    before: [error.id, error.taskIdentifier],
    after: [error.status, String(error.count), sparkline(error.hourly ?? []), ago(error.lastSeen, now)],
  }));
  const head = ["ID", "Task", "Error", "Status", "Count", "Last 24 h", "Seen"];
  const others = rows.map(({ before, after }) => [...before, "", ...after]);
  const widths = head.map((name, column) =>
    Math.max(column === ERROR ? 0 : name.length, ...others.map((cells) => cells[column]?.length ?? 0)),
  );
  const taken = widths.reduce((sum, width) => sum + width + BORDER, 1);
  const room = (process.stdout.columns ?? 120) - taken;
  const longest = Math.min(LONGEST_TEXT, Math.max(SHORTEST_TEXT, room));
  return printTable(
    terminal,
    head,
    rows.map(({ error, before, after }) => [...before, textOf(error, longest), ...after]),
  );
}

function textOf({ errorType, errorMessage }: ErrorGroupListItem, longest: number): string {
  const text = oneLine(`${errorType}: ${errorMessage}`);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
