import { UsageError } from "./usage-error.js";

/** Adds the scopes of one `--cap` to those before it. An empty one is never taken for "no cap". */
export function collectCap(text: string, before: string[] = []): string[] {
  const scopes = text
    .split(",")
    .map((scope) => scope.trim())
    .filter((scope) => scope !== "");
  if (scopes.length === 0) throw new UsageError("--cap takes one or more scopes, such as read:runs,read:tasks.");
  return [...before, ...scopes];
}
