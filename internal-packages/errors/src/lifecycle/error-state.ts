/** Where a group of failures stands; times are milliseconds since the epoch. `A` says who changed it. */
export type ErrorState<A> =
  | { readonly status: "unresolved" }
  | {
      readonly status: "resolved";
      readonly resolvedAt: number;
      readonly resolvedInVersion: string | null;
      readonly resolvedBy: A | null;
    }
  | IgnoredState<A>;

export interface IgnoredState<A> {
  readonly status: "ignored";
  readonly ignoredAt: number;
  readonly ignoredBy: A | null;
  readonly ignoredReason: string | null;
  /** Null: no end by time. */
  readonly ignoredUntil: number | null;
  /** More than so many in one minute end it. */
  readonly ignoredUntilOccurrenceRate: number | null;
  /** So many new ones end it. */
  readonly ignoredUntilTotalOccurrences: number | null;
  /** Occurrences since `ignoredAt`. */
  readonly occurrences: number;
  /** Of the newest minutes since then, the start of each and its occurrences. */
  readonly minutes: readonly { readonly minute: number; readonly count: number }[];
}

/** Why a group changed. */
export type ActivityReason = "manual" | "regression" | "ignore_expired" | "rate_exceeded" | "count_exceeded";

/** One change of a group, as its activity shows it. */
export interface ErrorActivity<A> {
  readonly at: number;
  readonly from: ErrorState<A>["status"];
  readonly to: ErrorState<A>["status"];
  readonly reason: ActivityReason;
  /** Null when nobody asked for it. */
  readonly actor: A | null;
  /** The version resolved in, or the one that regressed. */
  readonly version: string | null;
}

/** A state and what was written down on the way to it. */
export interface Transition<A> {
  readonly state: ErrorState<A>;
  readonly activity: readonly ErrorActivity<A>[];
}

/** A failed run: when it failed, and with what version of the worker. */
export interface Occurrence {
  readonly at: number;
  readonly version: string | null;
}

/** What a person or an agent asks for. */
export type ErrorCommand =
  | { readonly type: "resolve"; readonly inVersion?: string | undefined }
  | {
      readonly type: "ignore";
      readonly durationMs?: number | undefined;
      readonly occurrenceRate?: number | undefined;
      readonly totalOccurrences?: number | undefined;
      readonly reason?: string | undefined;
    }
  | { readonly type: "unresolve" };
