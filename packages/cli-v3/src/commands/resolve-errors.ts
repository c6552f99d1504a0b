import { changeErrors } from "../change-errors.js";
import type { EnvironmentOptions } from "../environment-session.js";

export interface ResolveErrorsOptions extends EnvironmentOptions {
  in?: string;
}

const CURRENT = "@current";

/** Resolves errors, in a version if one is named. */
export function resolveErrors(ids: string[], options: ResolveErrorsOptions): Promise<void> {
  return changeErrors(ids, options, async ({ client, person }) => {
    const version =
      options.in === CURRENT ? (await person.client.getCurrentWorker(person.at)).worker.version : options.in;
    const body = version === undefined ? {} : { resolvedInVersion: version };
    return (id) => client.resolveError(id, body);
  });
}
