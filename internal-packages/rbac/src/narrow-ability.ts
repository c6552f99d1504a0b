import { type Ability, createAbility, type Grant } from "@trigger.dev/plugins/rbac";
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
  const own = createAbility([...new Set([...caps, ...ask(() => answered.caps)])]);

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

/** The same of an `abilityIn`, whose answer nobody has seen yet. */
export const narrowAbilityIn =
  <Type>(plugin: string, abilityIn: (type: Type) => Ability, caps: readonly (readonly string[])[]) =>
  (type: Type): Ability => {
    let answered: Ability;
    try {
      answered = abilityIn(type);
    } catch (error) {
      throw new RbacUnavailableError(plugin, "failed to say what may be done in an environment", { cause: error });
    }
    const problem = findAbilityProblem(answered);
    if (problem) throw new RbacUnavailableError(plugin, `answered ${problem} in an environment`);
    return narrowAbility(plugin, answered, caps);
  };

const isGrant = (value: unknown): value is Grant =>
  typeof value === "object" &&
  value !== null &&
  isList(Reflect.get(value, "granted")) &&
  isList(Reflect.get(value, "denied"));

const isList = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === "string");
