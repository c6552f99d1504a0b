export { changeErrorGroup, type GroupChange } from "./change-error-group.js";
export { createErrorStore, type ErrorStore } from "./error-store.js";
export { handOverSql } from "./hand-over.js";
export type { GroupKey } from "./group-key.js";
export type { OccurrenceKey } from "./occurrence.js";
export type { ErrorActor } from "./stored-state.js";
export { rebuildCounts } from "./rebuild-counts.js";
export { type CountDifference, type CountScope, type Verification, verifyCounts } from "./verify-counts.js";
export type {
  ErrorList,
  ErrorListFilters,
  ErrorListPage,
  ErrorListSort,
  ErrorListStatus,
  ListedGroup,
} from "./list/error-list.js";
export { hourlyCounts } from "./list/hourly-counts.js";
export { type ErrorGroupPage, listErrorGroups } from "./list/list-error-groups.js";
export { countedUntil } from "./list/watermark.js";
export { settleErrorGroup } from "./settle-error-group.js";
