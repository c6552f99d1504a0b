export { type CursorRefusal, type ErrorCursor, type ErrorListing, openErrorCursor, sealErrorCursor } from "./cursor.js";
export { type Fingerprinted, fingerprintOf, fingerprintParts, type GroupedBy } from "./fingerprint.js";
export { type DigestParts, fingerprintSql } from "./fingerprint-digest.js";
export { applyCommand } from "./lifecycle/apply-command.js";
export { applyOccurrence, applyOccurrences } from "./lifecycle/apply-occurrence.js";
export type {
  ActivityReason,
  ErrorActivity,
  ErrorCommand,
  ErrorState,
  IgnoredState,
  Occurrence,
  Transition,
} from "./lifecycle/error-state.js";
export { settle } from "./lifecycle/settle.js";
export { compareVersions } from "./lifecycle/version-order.js";
export { safeText } from "./safe-text.js";
export { skeletonOf } from "./skeleton/skeleton.js";
export type { TaskError, TaskErrorCause } from "./task-error.js";
