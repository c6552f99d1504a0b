import { changeErrors } from "../change-errors.js";
import type { EnvironmentOptions } from "../environment-session.js";

/** Opens errors again. */
export function unresolveErrors(ids: string[], options: EnvironmentOptions): Promise<void> {
  return changeErrors(
    ids,
    options,
    async ({ client }) =>
      (id) =>
        client.unresolveError(id),
  );
}
