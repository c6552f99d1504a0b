import { covers, formatScope, meetAll, parseNeed, parseScope, type Scope } from "./scopes.js";

export interface Grant {
  /** The widest scopes that the request and every cap share, none covering another, in the request's order. */
  granted: string[];
  /** Every requested scope that some cap does not cover with a single one of its own. */
  denied: string[];
}

/** What a credential may do. */
export interface Ability {
  /** The lists of scopes that narrow it, all of which must allow a thing. None at all: it is unrestricted. */
  readonly caps: readonly (readonly string[])[];
  /**
   * Whether every cap covers at least one of the alternatives. Nothing to choose from, or nothing that is a scope, is
   * never allowed.
   */
  can(anyOf: readonly string[]): boolean;
  /** What may be handed on. No request means all there is. */
  grant(requested: readonly string[] | undefined): Grant;
}

/** What frozen lists hold: a role's are the same on every request. */
const parsedLists = new WeakMap<readonly string[], readonly Scope[]>();

/** The ability that `caps` leave. A scope in them that does not parse grants nothing. */
export function createAbility(caps: readonly (readonly string[])[]): Ability {
  // Not before it is asked: many an ability never is.
  let parsed: (readonly Scope[])[] | undefined;
  const parsedCaps = () => (parsed ??= caps.map(parseAll));
  const allow = (scope: Scope) => parsedCaps().every((cap) => cap.some((parent) => covers(parent, scope)));

  return {
    caps,
    can(anyOf) {
      const needs = anyOf.flatMap((text) => parseNeed(text) ?? []);
      return (
        needs.length > 0 &&
        parsedCaps().every((cap) => needs.some((need) => cap.some((parent) => covers(parent, need))))
      );
    },
    grant(requested) {
      const lists = requested ? [parseAll(requested), ...parsedCaps()] : parsedCaps();
      const denied = [...new Set(requested)].filter((text) => {
        const scope = parseScope(text);
        return !scope || !allow(scope);
      });
      return { granted: meetAll(lists).map(formatScope), denied };
    },
  };
}

function parseAll(texts: readonly string[]): readonly Scope[] {
  const known = parsedLists.get(texts);
  if (known) return known;
  const scopes = texts.flatMap((text) => parseScope(text) ?? []);
  if (Object.isFrozen(texts)) parsedLists.set(texts, scopes);
  return scopes;
}
