export type ErrorListSort = "lastSeen" | "firstSeen" | "count";
export type ErrorListStatus = "unresolved" | "resolved" | "ignored";

/** A list of one environment's groups, as it was at an instant. */
export interface ErrorList {
  environmentId: string;
  sort: ErrorListSort;
  filters: ErrorListFilters;
  /** Both ends included, in milliseconds. `to` is `asOf` at most. */
  range: { from: number; to: number };
  /** What came later is not in the list: `countedUntil` of its first page. */
  asOf: number;
  /** Of a list of versions, when they failed in the range: from the first of their days to the end of the last. */
  failing?: { from: number; to: number } | undefined;
}

export interface ErrorListFilters {
  taskIdentifiers?: readonly string[] | undefined;
  versions?: readonly string[] | undefined;
  /** As it is when the list is read. */
  statuses?: readonly ErrorListStatus[] | undefined;
  /** In the type or the message, in any case of letters. */
  search?: string | undefined;
}

/** The groups that come after a row, or those right before it. The list goes down by value, then by fingerprint. */
export interface ErrorListPage {
  size: number;
  edge?: { direction: "after" | "before"; value: number; fingerprint: string } | undefined;
}

/** A group in a list. */
export interface ListedGroup {
  fingerprint: string;
  taskIdentifier: string;
  errorType: string;
  errorMessage: string;
  status: ErrorListStatus;
  firstSeen: Date;
  /** As of the list. */
  lastSeen: Date;
  resolvedAt: Date | null;
  ignoredUntil: Date | null;
  /** Occurrences in the range. */
  count: number;
}

/** A row as the statements answer it: what it is ordered by comes as `value`. */
export interface OrderedRow extends Omit<ListedGroup, "count"> {
  value: number;
  count: number | null;
}
