import type { Terminal } from "./terminal.js";

/** Says which variables overrule the profiles, to whoever is about to rely on a profile. */
export function noteEnvironment(terminal: Terminal, env: NodeJS.ProcessEnv = process.env): void {
  const set = ["TRIGGER_ACCESS_TOKEN", "TRIGGER_API_URL"].filter((name) => env[name]?.trim());
  if (set.length > 0)
    terminal.note(`${set.join(" and ")} ${set.length > 1 ? "are" : "is"} set and used before the current profile.`);
}
