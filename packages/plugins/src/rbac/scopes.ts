/** What a scope lets one do, `*` being all of them. */
export const ACTIONS = ["read", "write", "trigger", "batchTrigger", "*"] as const;

/** What a scope lets one do it to. `all` is every type but `apiKeys` and `audit`. */
export const RESOURCE_TYPES = [
  "all",
  "runs",
  "tasks",
  "batch",
  "tags",
  "errors",
  "queues",
  "deployments",
  "envvars",
  "apiKeys",
  "branches",
  "schedules",
  "sessions",
  "waitpoints",
  "prompts",
  "query",
  "projects",
  "members",
  "roles",
  "tokens",
  "audit",
] as const;

/** A root key outlives the token that fetched it; the trail tells of everybody in the organization. */
const ASKED_FOR_BY_NAME: ReadonlySet<string> = new Set([
  "apiKeys",
  "audit",
] satisfies (typeof RESOURCE_TYPES)[number][]);

/** The types that `all` stands for. */
export const TYPES_OF_ALL: readonly ResourceType[] = RESOURCE_TYPES.filter(
  (type) => type !== "all" && !ASKED_FOR_BY_NAME.has(type),
);

export type Action = (typeof ACTIONS)[number];
export type ResourceType = (typeof RESOURCE_TYPES)[number];

export interface ResourceScope {
  kind: "resource";
  action: Action;
  type: ResourceType;
  /** Null for the whole type. */
  id: string | null;
}

/** A permission: everything, or an action on a type or on one thing of it. */
export type Scope = { kind: "admin" } | ResourceScope;

export const MAX_SCOPE_LENGTH = 256;

const actions: ReadonlyMap<string, Action> = new Map(ACTIONS.map((action) => [action, action]));
const types: ReadonlyMap<string, ResourceType> = new Map(RESOURCE_TYPES.map((type) => [type, type]));
/** Controls, and halves of a surrogate pair, which no UTF-8 holds. */
const REFUSED_IN_ID = /[\p{Cc}\p{Surrogate}]/u;

/** The scope that `text` spells, or null: `admin`, or `action:type[:id]` in which only the first two colons separate. */
export function parseScope(text: string): Scope | null {
  if (text.length > MAX_SCOPE_LENGTH) return null;
  const scope = parseNeed(text);
  return scope?.kind === "resource" && scope.id !== null && REFUSED_IN_ID.test(scope.id) ? null : scope;
}

/**
 * As `parseScope`, for what a route needs rather than what a caller wrote: the id is a name that exists, however long
 * or odd, and must not put its thing beyond the reach of whoever may have the whole type.
 */
export function parseNeed(text: string): Scope | null {
  if (text === "admin") return { kind: "admin" };
  const first = text.indexOf(":");
  if (first < 0) return null;
  const second = text.indexOf(":", first + 1);
  const action = actions.get(text.slice(0, first));
  const type = types.get(text.slice(first + 1, second < 0 ? undefined : second));
  if (!action || !type) return null;
  if (second < 0) return { kind: "resource", action, type, id: null };
  const id = text.slice(second + 1);
  return id === "" || type === "all" ? null : { kind: "resource", action, type, id };
}

/** The text of `scope`; `parseScope` reads it back. */
export function formatScope(scope: Scope): string {
  if (scope.kind === "admin") return "admin";
  const { action, type, id } = scope;
  return id === null ? `${action}:${type}` : `${action}:${type}:${id}`;
}

/** Whether whoever has `parent` has `child`: a partial order with `admin` on top. */
export function covers(parent: Scope, child: Scope): boolean {
  if (parent.kind === "admin") return true;
  if (child.kind === "admin") return false;
  return (
    coversAction(parent.action, child.action) &&
    coversType(parent.type, child.type) &&
    (parent.id === null || parent.id === child.id)
  );
}

/** The greatest scope that both `a` and `b` cover, or null where they share nothing. */
export function meet(a: Scope, b: Scope): Scope | null {
  if (a.kind === "admin") return b;
  if (b.kind === "admin") return a;
  const action = lower(a.action, b.action, coversAction);
  const type = lower(a.type, b.type, coversType);
  if (action === null || type === null) return null;
  if (a.id !== null && b.id !== null && a.id !== b.id) return null;
  return { kind: "resource", action, type, id: a.id ?? b.id };
}

/**
 * What every list allows, each list allowing whatever one of its scopes covers: the maximal scopes, none covering
 * another, in the order of the first list. No lists at all allow everything.
 */
export function meetAll(lists: readonly (readonly Scope[])[]): Scope[] {
  const everything: Scope[] = [{ kind: "admin" }];
  return lists.reduce<Scope[]>(
    (met, list) => maximal(met.flatMap((a) => list.flatMap((b) => meet(a, b) ?? []))),
    everything,
  );
}

/** `scopes` without those that another one covers, and of equals the first. */
function maximal(scopes: readonly Scope[]): Scope[] {
  const distinct = [...new Map(scopes.toReversed().map((scope) => [formatScope(scope), scope])).values()].toReversed();
  return distinct.filter((scope) => !distinct.some((other) => other !== scope && covers(other, scope)));
}

function coversAction(parent: Action, child: Action): boolean {
  if (parent === child || parent === "*") return true;
  return parent === "write" && (child === "trigger" || child === "batchTrigger");
}

function coversType(parent: ResourceType, child: ResourceType): boolean {
  return parent === child || (parent === "all" && !ASKED_FOR_BY_NAME.has(child));
}

/** Both orders are trees, so two words that do not cover one another share nothing. */
function lower<Word>(a: Word, b: Word, coversWord: (parent: Word, child: Word) => boolean): Word | null {
  if (coversWord(a, b)) return b;
  return coversWord(b, a) ? a : null;
}
