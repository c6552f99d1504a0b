import { createMongoAbility, type MongoAbility, type RawRuleOf, subject } from "@casl/ability";
import {
  ACTIONS,
  parseScope,
  RESOURCE_TYPES,
  type RolePermission,
  type Scope,
  TYPES_OF_ALL,
} from "@trigger.dev/plugins/rbac";
import type { Where } from "./environment-types.js";
import { widestScopes } from "./widest-scopes.js";

/** What no scope but `admin` stands for. */
const EVERYTHING = { action: "administrate", type: "instance" } as const;

/** Actions as they are done: what `write` and `*` stand for is spelt out. */
const DONE = {
  read: ["read"],
  trigger: ["trigger"],
  batchTrigger: ["batchTrigger"],
  write: ["write", "trigger", "batchTrigger"],
  "*": ["read", "write", "trigger", "batchTrigger"],
} as const satisfies Record<(typeof ACTIONS)[number], readonly string[]>;

const THINGS = RESOURCE_TYPES.filter((type) => type !== "all");

/** One action on one type, and on one thing of it unless `id` is null. */
interface Deed {
  action: string;
  type: string;
  id: string | null;
}

/** Every deed that a scope allows. */
function deedsOf(scope: Scope): Deed[] {
  if (scope.kind === "admin") {
    const all = THINGS.flatMap((type) => DONE["*"].map((action) => ({ action, type, id: null })));
    return [{ ...EVERYTHING, id: null }, ...all];
  }
  const types: readonly string[] = scope.type === "all" ? TYPES_OF_ALL : [scope.type];
  return types.flatMap((type) => DONE[scope.action].map((action) => ({ action, type, id: scope.id })));
}

function rulesOf({ scope: text, environments }: RolePermission): RawRuleOf<MongoAbility>[] {
  const scope = parseScope(text);
  if (!scope) return [];
  return deedsOf(scope).map(({ action, type, id }) => {
    const conditions = {
      ...(environments ? { environment: { $in: [...environments] } } : {}),
      ...(id === null ? {} : { id }),
    };
    return Object.keys(conditions).length > 0 ? { action, subject: type, conditions } : { action, subject: type };
  });
}

/** Answers the scopes that a role's permissions come to in one place: frozen, the widest alone. */
export type CompiledRole = (where: Where) => readonly string[];

/** Compiles permissions to CASL rules; the list for a place is made when it is first asked for. */
export function compileRole(permissions: readonly RolePermission[]): CompiledRole {
  const ability = createMongoAbility(permissions.flatMap(rulesOf));
  const lists = new Map<Where, readonly string[]>();
  const allows = (scope: Scope, environment: Where) =>
    deedsOf(scope).every(({ action, type, id }) => ability.can(action, subject(type, { environment, id })));
  return (where) => {
    const known = lists.get(where);
    if (known) return known;
    const scopes = permissions.flatMap(({ scope }) => parseScope(scope) ?? []).filter((scope) => allows(scope, where));
    const list = Object.freeze(widestScopes(scopes));
    lists.set(where, list);
    return list;
  };
}
