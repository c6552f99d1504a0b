const MAX_SCOPES = 1024;
const MAX_SCOPE_LENGTH = 1024;

/** Reads a list of scopes from a claim or a ledger row; null when it is anything but a bounded list of strings. */
export const readScopeList = (value: unknown): readonly string[] | null => {
  if (!Array.isArray(value) || value.length > MAX_SCOPES) return null;
  const scopes: string[] = [];
  for (const scope of value) {
    if (typeof scope !== "string" || scope.length > MAX_SCOPE_LENGTH) return null;
    scopes.push(scope);
  }
  return scopes;
};

/** Whether two caps are the same text, in the same order. */
export const sameScopeList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((scope, index) => scope === b[index]);
