import { SYSTEM_ROLES } from "./system-roles.js";

const NAME = /^[a-z][a-z0-9_-]{0,62}$/;

/** ASCII that is read as something else at a glance, and what separates words. */
const skeleton = (name: string): string =>
  name
    .replaceAll(/[-_]/g, "")
    .replaceAll("vv", "w")
    .replaceAll("rn", "m")
    .replaceAll(/[1il]/g, "l")
    .replaceAll("0", "o")
    .replaceAll("3", "e")
    .replaceAll("4", "a");

const systemSkeletons = new Set(SYSTEM_ROLES.map(({ name }) => skeleton(name)));

/** What is wrong with the name of a new role, as a sentence; else null. */
export function findNameProblem(name: string): string | null {
  if (!NAME.test(name))
    return "A role's name has 1 to 63 lower-case letters, digits, hyphens and underscores, and starts with a letter.";
  if (systemSkeletons.has(skeleton(name)))
    return `The name ${name} can be mistaken for a system role's. Choose another.`;
  return null;
}
