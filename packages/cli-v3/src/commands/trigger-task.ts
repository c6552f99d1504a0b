import { type EnvironmentOptions, type EnvironmentSession, withEnvironment } from "../environment-session.js";
import { printRun } from "../print-run.js";
import { startProgress } from "../progress.js";
import { jsonLine, oneLine } from "../terminal-text.js";
import { CommandFailure, UsageError } from "../usage-error.js";

const POLL_MS = 500;

export interface TriggerTaskOptions extends EnvironmentOptions {
  payload?: string;
  tag?: string[];
  delay?: string;
  ttl?: string;
  idempotencyKey?: string;
  wait?: boolean;
}

/** Triggers a task and prints the run's id; with `wait` how it ended, and fails unless it succeeded. */
export function triggerTask(taskId: string, options: TriggerTaskOptions): Promise<void> {
  const { tag: tags, delay, ttl, idempotencyKey } = options;
  const body = {
    ...(options.payload === undefined ? {} : { payload: parsePayload(options.payload) }),
    options: {
      ...(tags === undefined ? {} : { tags }),
      ...(delay === undefined ? {} : { delay }),
      ...(ttl === undefined ? {} : { ttl }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    },
  };
  const scopes = [`trigger:tasks:${taskId}`, ...(options.wait ? [`read:tasks:${taskId}`] : [])];
  return withEnvironment(options, scopes, async (session) => {
    const triggered = await session.client.triggerTask(taskId, body);
    if (options.wait) return waitFor(session, triggered.id, options.json ?? false);
    session.terminal.result(options.json ? jsonLine(triggered) : oneLine(triggered.id));
  });
}

function parsePayload(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`--payload takes JSON, such as '{"name":"Ada"}'.`);
  }
}

async function waitFor({ client, terminal }: EnvironmentSession, id: string, json: boolean): Promise<void> {
  const progress = startProgress();
  try {
    for (;;) {
      const run = await client.retrieveRun(id);
      if (!run.isCompleted) {
        progress.say(`${id} ${run.status}`);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        continue;
      }
      progress.end();
      if (json) terminal.result(jsonLine(run));
      else printRun(terminal, run);
      if (!run.isSuccess) throw new CommandFailure(`The run ended as ${run.status}.`);
      return;
    }
  } finally {
    progress.end();
  }
}
