import type { ErrorGroupListItem } from "@trigger.dev/core/v3";
import { type EnvironmentOptions, withEnvironment } from "../environment-session.js";
import { printTable } from "../print-table.js";
import { sparkline } from "../sparkline.js";
import { jsonLine } from "../terminal-text.js";

export interface ListErrorsOptions extends EnvironmentOptions {
  status?: string;
  task?: string;
  in?: string;
  search?: string;
  period: string;
  sort: "lastSeen" | "firstSeen" | "count";
  limit: string;
}

/** As much of a message as a table shows; `--json` has all of it. */
const LONGEST_MESSAGE = 80;

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
    const head = ["ID", "Task", "Error", "Status", "Count", ...(draws ? ["Last 24 h"] : []), "Last seen"];
    await printTable(
      terminal,
      head,
      errors.map((error) => rowOf(error, draws)),
    );
  });
}

const rowOf = (error: ErrorGroupListItem, draws: boolean): string[] => [
  error.id,
  error.taskIdentifier,
  `${error.errorType}: ${shortened(error.errorMessage)}`,
  error.status,
  String(error.count),
  ...(draws ? [sparkline(error.hourly ?? [])] : []),
  error.lastSeen,
];

const shortened = (text: string): string =>
  text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE - 1)}…` : text;
