import { ApiError } from "@trigger.dev/core/client";
import type { ErrorGroupDetail } from "@trigger.dev/core/v3";
import {
  type EnvironmentOptions,
  type EnvironmentSession,
  type ProjectSession,
  withEnvironment,
} from "./environment-session.js";
import { jsonLine, oneLine } from "./terminal-text.js";
import { CommandFailure } from "./usage-error.js";

type Change = (id: string) => Promise<ErrorGroupDetail>;
type Refusal = { id: string; error: string; code: string };

/** More scopes than this no token takes. */
const MAX_SCOPES = 64;

/**
 * Changes errors one after the other and says of each where it stands now. One that cannot be changed does not keep the
 * others from it; it fails when any could not.
 */
export function changeErrors(
  ids: string[],
  options: EnvironmentOptions,
  prepare: (session: EnvironmentSession & { person: ProjectSession }) => Promise<Change>,
): Promise<void> {
  const scopes = ids.length > MAX_SCOPES ? ["write:errors"] : ids.map((id) => `write:errors:${id}`);
  return withEnvironment(options, scopes, async (session) => {
    const { terminal } = session;
    const change = await prepare(session);
    const results: (ErrorGroupDetail | Refusal)[] = [];
    for (const id of ids) {
      const result = ids.length === 1 ? await change(id) : await change(id).catch((error) => refusalOf(id, error));
      results.push(result);
      if ("error" in result) terminal.error(`Error: ${oneLine(id)}: ${oneLine(result.error)}`);
      else if (!options.json) terminal.result(`${oneLine(result.id)}\t${result.status}`);
    }
    if (options.json) terminal.result(jsonLine(ids.length === 1 ? results[0] : results));
    const refused = results.filter((result) => "error" in result).length;
    if (refused > 0) throw new CommandFailure(`${refused} of ${ids.length} could not be changed.`);
  });
}

/** What the server said of one error; whatever concerns them all ends the command. */
function refusalOf(id: string, error: unknown): Refusal {
  if (!(error instanceof ApiError) || error.status === 401) throw error;
  return { id, error: error.message, code: error.code };
}
