/** Errors of ours whose message is a sentence for the operator. By name: a class of another bundle is another class. */
const SPOKEN = new Set(["ConfigError", "DataDirInUseError", "MigrationError", "RbacPluginError", "AppError"]);

/** Every boot opens something that was sealed in the database. */
const OTHER_ENCRYPTION_KEY =
  "The database was written under another ENCRYPTION_KEY: give this server the secrets of those that use it already, in its environment or as its secrets.json.";

/** System and PostgreSQL error codes that an operator can mend. */
const BY_CODE: Record<string, (message: string) => string> = {
  EADDRINUSE: (message) => `Another program listens there already (${message}): set PORT or HOST.`,
  EADDRNOTAVAIL: (message) => `This machine has no such address (${message}): set HOST.`,
  EACCES: (message) => `This account may not do that (${message}).`,
  ENOSPC: () => "The disk is full.",
  ECONNREFUSED: (message) => `The database does not answer (${message}): see DATABASE_URL.`,
  ENOTFOUND: (message) => `A host is unknown (${message}): see HOST and DATABASE_URL.`,
  "23503": () => "What this belongs to was deleted at the same moment.",
  "28P01": () => "The database refuses the password in DATABASE_URL.",
  "28000": (message) => `The database refuses DATABASE_URL: ${message}.`,
  "3D000": (message) => `The database of DATABASE_URL is not there: ${message}.`,
  "42501": (message) => `The database's role lacks a right: ${message}.`,
  "42P01": () => "The database has no schema yet: npm run admin -- db migrate makes it.",
};

/** One sentence for a failure that the operator can mend, without a stack; null for any other, which is a bug. */
export function explainFailure(error: unknown): string | null {
  if (error instanceof AggregateError && error.errors.length > 0) return explainFailure(error.errors[0]);
  if (!(error instanceof Error)) return null;
  if (SPOKEN.has(error.name)) return error.message;
  if (error.name === "SealedTextError") return OTHER_ENCRYPTION_KEY;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return BY_CODE[code]?.(error.message) ?? null;
}
