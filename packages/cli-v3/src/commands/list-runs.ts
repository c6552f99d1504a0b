import { type EnvironmentOptions, withEnvironment } from "../environment-session.js";
import { printTable } from "../print-table.js";
import { jsonLine } from "../terminal-text.js";

export interface ListRunsOptions extends EnvironmentOptions {
  status?: string;
  task?: string;
  tag?: string;
  error?: string;
  limit: string;
}

/** Prints an environment's runs, the newest first. */
export function listRuns(options: ListRunsOptions): Promise<void> {
  return withEnvironment(options, ["read:runs"], async ({ client, terminal }) => {
    const { status, task, tag, error, limit } = options;
    const { data: runs } = await client.listRuns({
      "page[size]": limit,
      ...(status === undefined ? {} : { "filter[status]": status.toUpperCase() }),
      ...(task === undefined ? {} : { "filter[taskIdentifier]": task }),
      ...(tag === undefined ? {} : { "filter[tag]": tag }),
      ...(error === undefined ? {} : { "filter[error]": error }),
    });
    if (options.json) return terminal.result(jsonLine(runs));
    if (runs.length === 0) terminal.note(`There is no such run in ${options.env}.`);
    await printTable(
      terminal,
      ["ID", "Task", "Status", "Version", "Created", "Tags"],
      runs.map((run) => [run.id, run.taskIdentifier, run.status, run.version ?? "", run.createdAt, run.tags.join(",")]),
    );
  });
}
