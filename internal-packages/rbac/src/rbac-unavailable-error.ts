/** The RBAC plugin gave no answer that can be trusted: nobody is let in, and the webapp answers 503. */
export class RbacUnavailableError extends Error {
  override readonly name = "RbacUnavailableError";
  readonly code = "rbac_unavailable";
  constructor(
    readonly plugin: string,
    /** What went wrong, for the log. */
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`The RBAC plugin "${plugin}" ${problem}.`, options);
  }
}
