import {
  type Ability,
  createAbility,
  type Environment,
  type Grant,
  type UserAuthentication,
} from "@trigger.dev/plugins/rbac";
import { findAbilityProblem } from "./answer-problem.js";
import { RbacUnavailableError } from "./rbac-unavailable-error.js";

/**
 * What both a plugin's ability and `caps` allow, whatever the plugin made of the caps. Asking it throws
 * {@link RbacUnavailableError} where the plugin's ability throws or answers nonsense.
 */
export const narrowAbility = (plugin: string, answered: Ability, caps: readonly (readonly string[])[]): Ability => {
  const ask = <Answer>(question: () => Answer): Answer => {
    try {
      return question();
    } catch (error) {
      throw new RbacUnavailableError(plugin, "failed to say what its ability allows", { cause: error });
    }
  };
  const own = createAbility(
    union(
      caps,
      ask(() => answered.caps),
    ),
  );

  return {
    caps: own.caps,
    can: (anyOf) => own.can(anyOf) && ask(() => answered.can(anyOf)) === true,
    grant(requested) {
      const ours = own.grant(requested);
      const theirs = ask(() => answered.grant(requested));
      if (!isGrant(theirs)) throw new RbacUnavailableError(plugin, "answered a grant that is none");
      const { granted } = createAbility([ours.granted]).grant(theirs.granted);
      return { granted, denied: [...new Set([...ours.denied, ...theirs.denied])] };
    },
  };
};

/** Lists of both, the same one once; there are few. */
const union = (caps: readonly (readonly string[])[], others: readonly (readonly string[])[]) => {
  const lists = [...caps];
  for (const list of others) if (!lists.includes(list)) lists.push(list);
  return lists;
};

/** The same of an `abilityIn`, whose answer nobody has seen yet. */
export const narrowAbilityIn =
  (plugin: string, answered: UserAuthentication, caps: readonly (readonly string[])[]) =>
  (type: Environment["type"]): Ability => {
    let ability: Ability;
    try {
      ability = answered.abilityIn(type);
    } catch (error) {
      throw new RbacUnavailableError(plugin, "failed to say what may be done in an environment", { cause: error });
    }
    const problem = findAbilityProblem(ability);
    if (problem) throw new RbacUnavailableError(plugin, `answered ${problem} in an environment`);
    return narrowAbility(plugin, ability, caps);
  };

const isGrant = (value: unknown): value is Grant =>
  typeof value === "object" &&
  value !== null &&
  isList(Reflect.get(value, "granted")) &&
  isList(Reflect.get(value, "denied"));

const isList = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === "string");
