import type { Evidence } from "./witness.js";

const REASON = /^[a-z_]{1,64}$/;

/**
 * What is wrong with a plugin's answer, else null. An acceptance must be of the very credential, person and place
 * that the host verified, with an ability that can be asked.
 */
export const findAnswerProblem = (answer: unknown, evidence: Evidence | null): string | null => {
  if (!isObject(answer) || typeof answer.ok !== "boolean") return "nothing that says yes or no";
  if (!answer.ok) {
    return typeof answer.reason === "string" && REASON.test(answer.reason) ? null : "a refusal without a reason";
  }
  const { authentication } = answer;
  if (!isObject(authentication)) return "yes without an authentication";
  const ability = findAbilityProblem(authentication.ability);
  if (ability) return `yes with ${ability}`;
  if (!evidence) return "yes to a credential that the host did not verify for this request";
  return findMismatch(authentication, evidence);
};

const findMismatch = (authentication: Record<string, unknown>, evidence: Evidence): string | null => {
  const same = (name: string, key: string, expected: unknown) => read(authentication[name], key) === expected;
  if (!same("user", "id", evidence.user?.id)) return "with another person than the credential's";
  if (!same("credential", "kind", evidence.credential.kind)) return "with another kind of credential";
  if (!same("credential", "id", read(evidence.credential, "id"))) return "with another credential";
  if (!("missing" in authentication) || authentication.missing !== evidence.missing) return "with another target";
  if ("place" in evidence) {
    if (typeof authentication.abilityIn !== "function") return "yes without saying what may be done in environments";
    return findPlaceMismatch(authentication.place, evidence.place);
  }
  return findPlaceMismatch(authentication, evidence);
};

const findPlaceMismatch = (answered: unknown, found: unknown): string | null => {
  if (found === null) return answered === null ? null : "with a place that the person cannot see";
  const isSame = (part: string) => read(read(answered, part), "id") === read(read(found, part), "id");
  const differs = !isSame("organization") || !isSame("project") || !isSame("environment");
  return differs ? "with another place than the request's" : null;
};

/** What is wrong with an ability, else null: it must have lists of scopes as its caps, and what asks it. */
export const findAbilityProblem = (ability: unknown): string | null => {
  if (!isObject(ability) || typeof ability.can !== "function" || typeof ability.grant !== "function")
    return "no ability";
  return isLists(ability.caps) ? null : "an ability whose caps are no lists of scopes";
};

const isLists = (caps: unknown): boolean =>
  Array.isArray(caps) &&
  caps.every((cap) => Array.isArray(cap) && cap.every((scope: unknown) => typeof scope === "string"));

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const read = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);
