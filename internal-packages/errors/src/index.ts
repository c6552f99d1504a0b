export { FINGERPRINT_VERSION, type Fingerprinted, fingerprintOf, type GroupedBy } from "./fingerprint.js";
export { safeText } from "./safe-text.js";
export { skeletonOf } from "./skeleton/skeleton.js";
export type { TaskError, TaskErrorCause } from "./task-error.js";
