export { changeErrorGroup, type GroupChange } from "./change-error-group.js";
export type { GroupKey } from "./group-key.js";
export type { ErrorActor } from "./stored-state.js";
