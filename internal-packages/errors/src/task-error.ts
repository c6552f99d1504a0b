/** One link of an error's chain of causes, as a worker sends it. */
export interface TaskErrorCause {
  readonly name?: string | undefined;
  readonly message?: string | undefined;
  readonly stackTrace?: string | undefined;
}

/** Groups by the worker's own choice; `{{ default }}` stands for the computed fingerprint. */
type ExplicitFingerprint = { readonly fingerprint?: string | readonly string[] | undefined };

/** `completion.error` of an attempt: what was thrown, as the worker serialised it. */
export type TaskError = ExplicitFingerprint &
  (
    | (TaskErrorCause & { readonly type: "BUILT_IN_ERROR"; readonly causes?: readonly TaskErrorCause[] | undefined })
    | { readonly type: "STRING_ERROR"; readonly raw?: string | undefined }
    | { readonly type: "CUSTOM_ERROR"; readonly raw?: string | undefined }
    | {
        readonly type: "INTERNAL_ERROR";
        readonly code: string;
        readonly message?: string | undefined;
        readonly stackTrace?: string | undefined;
      }
  );
