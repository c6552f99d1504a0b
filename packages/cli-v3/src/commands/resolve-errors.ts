import { ApiError } from "@trigger.dev/core/client";
import { changeErrors } from "../change-errors.js";
import type { EnvironmentOptions, ProjectSession } from "../environment-session.js";
import { oneLine } from "../terminal-text.js";
import { CommandFailure } from "../usage-error.js";

export interface ResolveErrorsOptions extends EnvironmentOptions {
  in?: string;
}

const CURRENT = "@current";

/** Resolves errors, in a version if one is named. */
export function resolveErrors(ids: string[], options: ResolveErrorsOptions): Promise<void> {
  return changeErrors(ids, options, async ({ client, person }) => {
    const version = options.in === CURRENT ? await currentVersion(person) : options.in;
    const body = version === undefined ? {} : { resolvedInVersion: version };
    return (id) => client.resolveError(id, body);
  });
}

/** A token that may change errors need not be one that may ask for versions. */
async function currentVersion({ client, at }: ProjectSession): Promise<string> {
  try {
    return (await client.getCurrentWorker(at)).worker.version;
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 404)) throw error;
    const reason = oneLine(error.message).replace(/\.$/, "");
    throw new CommandFailure(`${reason}, so ${CURRENT} is not known. Name the version: --in <version>.`);
  }
}
