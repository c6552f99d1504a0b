import { casesOfAbilities } from "./cases-of-abilities.js";
import { casesOfController } from "./cases-of-controller.js";
import { casesOfRoles } from "./cases-of-roles.js";
import type { ContractCase, ContractSubject } from "./subject.js";

export type { ContractCase, ContractOrganization, ContractPerson, ContractSubject } from "./subject.js";

/**
 * What every RBAC plugin has to keep to, as cases for any test runner:
 * `for (const { name, run } of contractCases(subject)) it(name, run)`.
 */
export const contractCases = (subject: ContractSubject): ContractCase[] => [
  ...casesOfController(subject),
  ...casesOfAbilities(subject),
  ...casesOfRoles(subject),
];
