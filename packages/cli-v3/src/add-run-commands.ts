import type { Command } from "commander";
import { withEnvironmentOptions } from "./environment-options.js";
import { LIMIT, parseLimit } from "./limit.js";

const collect = (text: string, before: string[] = []): string[] => [...before, text];

/** `runs …`: look at the runs of an environment and change them. */
export function addRunCommands(program: Command): void {
  const runs = program.command("runs").description("the runs of an environment");
  withEnvironmentOptions(
    runs
      .command("list")
      .alias("ls")
      .description("print the newest runs")
      .option("--status <statuses>", "with these statuses alone, comma-separated, such as QUEUED,FAILED")
      .option("--task <ids>", "of these tasks alone, comma-separated")
      .option("--tag <tags>", "with one of these tags, comma-separated")
      .option("--error <id>", "that failed by this error")
      .option(...LIMIT, parseLimit, "25"),
    ["runs list --env dev", "runs list --env dev --status failed --json"],
  ).action(async (options) => (await import("./commands/list-runs.js")).listRuns(options));
  withEnvironmentOptions(runs.command("get").description("print one run").argument("<run-id>"), [
    "runs get run_0mwrnudhccd2rovdzyr6usjl --env dev",
  ]).action(async (id, options) => (await import("./commands/get-run.js")).getRun(id, options));
  withEnvironmentOptions(
    runs.command("cancel").description("cancel a run, at once and for good").argument("<run-id>"),
    ["runs cancel run_0mwrnudhccd2rovdzyr6usjl --env dev"],
  ).action(async (id, options) => (await import("./commands/cancel-run.js")).cancelRun(id, options));
  withEnvironmentOptions(
    runs.command("replay").description("trigger a run's task again, with the same payload").argument("<run-id>"),
    ["runs replay run_0mwrnudhccd2rovdzyr6usjl --env dev"],
  ).action(async (id, options) => (await import("./commands/replay-run.js")).replayRun(id, options));
}

/** `tasks …`: see and trigger them. */
export function addTaskCommands(program: Command): void {
  const tasks = program.command("tasks").description("the tasks of an environment");
  withEnvironmentOptions(
    tasks
      .command("list")
      .alias("ls")
      .description("print the tasks of the current version, as its worker registered them"),
    ["tasks list --env dev", "tasks list --env dev --json"],
  ).action(async (options) => (await import("./commands/list-tasks.js")).listTasks(options));
  withEnvironmentOptions(
    tasks
      .command("trigger")
      .description("trigger a task, and print the run's id")
      .argument("<task-id>")
      .option("--payload <json>", "what the task is given")
      .option("--tag <tag>", "a tag of the run; may be repeated", collect)
      .option("--delay <time>", "a duration such as 30m, or a time, before which it does not start")
      .option("--ttl <time>", "a duration after which it expires unless it was started")
      .option("--idempotency-key <key>", "the run that this key made before, if there is one")
      .option("--wait", "wait until it is over, print how it ended, and exit 1 unless it succeeded"),
    ["tasks trigger hello --env dev", `tasks trigger hello --env dev --payload '{"name":"Ada"}' --wait`],
  ).action(async (id, options) => (await import("./commands/trigger-task.js")).triggerTask(id, options));
}
