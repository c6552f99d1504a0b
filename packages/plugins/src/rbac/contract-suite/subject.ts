import type { RbacPlugin } from "../contract.js";
import type { PluginQuery } from "../roles.js";

/** What a role manager is tried on: an organization with two people and a project, in a database with the host's tables. */
export interface ContractOrganization {
  organizationId: string;
  /** The only member whose role is `owner`. */
  ownerId: string;
  /** A member whose role is `viewer`. */
  memberId: string;
  projectId: string;
  /** Runs `work` in one transaction, and undoes it. */
  rehearse<Value>(work: (query: PluginQuery) => Promise<Value>): Promise<Value>;
}

/** What a plugin goes by with a person. */
export interface ContractPerson {
  /** The name of their role in the organization, as the host has it; `viewer` unless given. */
  membershipRole?: string;
  /** What the plugin's role function answers; null unless given. */
  role?: unknown;
}

/** A plugin, and what its contract is tried with. */
export interface ContractSubject {
  plugin: RbacPlugin;
  /** What `config.query` asks; a database without rows unless given. */
  query?: PluginQuery;
  /** People of different power, the most powerful first; one of whom nothing is said, unless given. */
  people?: readonly ContractPerson[];
  /** Needed where the controller has `roles`. */
  organization?: ContractOrganization;
}

/** One sentence of the contract. `run` rejects with an `AssertionError` where it does not hold. */
export interface ContractCase {
  name: string;
  run(): Promise<void>;
}
