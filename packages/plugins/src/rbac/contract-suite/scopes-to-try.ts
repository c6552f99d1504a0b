import { ACTIONS, RESOURCE_TYPES } from "../scopes.js";
import { createRandom, pick } from "./random.js";

/** What no parser of ours takes for a scope, in a list of a token's. */
const NONSENSE = [
  "",
  "admin:all",
  "read:all:x",
  "READ:runs",
  "read:__proto__",
  "constructor",
  "rеad:runs",
  "read:runs ",
] as const;

/** The types that rules tell apart: all the rest is like one of them. */
const TELLING_TYPES = ["all", "runs", "tasks", "envvars", "apiKeys", "members", "roles", "tokens"] as const;

/** Every action on types that differ, and some on one thing. */
export const EVERY_SCOPE: readonly string[] = [
  "admin",
  ...ACTIONS.flatMap((action) => TELLING_TYPES.map((type) => `${action}:${type}`)),
  "read:runs:run_1",
  "trigger:tasks:hello",
];

/** `count` lists as tokens can carry: few scopes each, now and then wide ones, and nonsense. */
export function someCaps(count: number, seed: number): string[][] {
  const random = createRandom(seed);
  const scope = () => {
    const kind = random();
    if (kind < 0.05) return "admin";
    if (kind < 0.15) return pick(random, NONSENSE);
    const id = random() < 0.2 ? ":run_1" : "";
    const type = pick(random, random() < 0.3 ? ["all", "runs", "apiKeys"] : RESOURCE_TYPES);
    return `${pick(random, ACTIONS)}:${type}${type === "all" ? "" : id}`;
  };
  return Array.from({ length: count }, () => Array.from({ length: Math.floor(random() * 5) }, scope));
}
