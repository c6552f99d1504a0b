import type { TriggerTaskOptions } from "@trigger.dev/core/v3";
import { notServed } from "../api/errors.js";

/**
 * Refuses what a trigger asks for and no run of this server would do: better said at once than waited for in vain.
 * @throws AppError 501
 */
export function refuseUnservedOptions({
  resumeParentOnCompletion,
  debounce,
}: Pick<TriggerTaskOptions, "resumeParentOnCompletion" | "debounce">): void {
  if (resumeParentOnCompletion) {
    throw notServed(
      "A task cannot wait for other runs on this server (triggerAndWait, batchTriggerAndWait): trigger them without " +
        "waiting, and ask how they ended with runs.poll or batch.retrieve.",
    );
  }
  if (debounce) {
    throw notServed("Triggers are not debounced by this server: use an idempotencyKey with an idempotencyKeyTTL.");
  }
}
