import type { Refusal } from "@trigger.dev/run-engine";
import { AppError, notFound } from "../api/errors.js";

/** A refusal of the engine as the API answers it. */
export function workerRefusal(reason: Refusal): AppError {
  switch (reason) {
    case "run_not_found":
      return notFound("Run");
    case "snapshot_not_found":
      return notFound("Attempt");
    case "not_current":
      return conflict("The run has moved on: this attempt of it is not current any more.");
    case "answered_otherwise":
      return conflict("This attempt was completed already, with another outcome: what was said first holds.");
  }
}

/** The published clients repeat a 409 otherwise. */
const conflict = (message: string) => new AppError("conflict", message, { headers: { "x-should-retry": "false" } });
