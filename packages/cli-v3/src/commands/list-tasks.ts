import { type EnvironmentOptions, withProject } from "../environment-session.js";
import { printTable } from "../print-table.js";
import { jsonLine } from "../terminal-text.js";

/** Prints the tasks of an environment's current version. */
export function listTasks(options: EnvironmentOptions): Promise<void> {
  return withProject(options, async ({ client, terminal, at }) => {
    const { worker } = await client.getCurrentWorker(at);
    if (options.json) return terminal.result(jsonLine(worker));
    await printTable(
      terminal,
      ["Task", "File", "Version"],
      worker.tasks.map(({ slug, filePath }) => [slug, filePath, worker.version]),
    );
  });
}
