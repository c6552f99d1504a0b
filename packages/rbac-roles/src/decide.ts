import {
  type Ability,
  createAbility,
  type EnvironmentAuthResult,
  type EnvironmentEvidence,
  type Resolved,
  type UserAuthResult,
  type UserEvidence,
} from "@trigger.dev/plugins/rbac";
import type { Where } from "./roles/environment-types.js";
import { highestRoleList, roleLists } from "./roles/role-lists.js";

/** What a person's credential may do, at the place that was asked about and in the environments of its project. */
export function decideForPerson(resolved: Resolved<UserEvidence>): UserAuthResult {
  if (!resolved.ok) return resolved;
  const { evidence } = resolved;
  // Field by field: it is frozen, and such objects are slow to copy.
  const { user, credential, caps, narrowing, place, missing, role } = evidence;
  const abilityIn = (where: Where) => abilityOfPerson(evidence, where);
  const ability = abilityIn(place?.environment?.type ?? null);
  return {
    ok: true,
    authentication: { user, credential, caps, narrowing, place, missing, role, ability, abilityIn },
  };
}

/** What a credential of one environment may do there: no role narrows its own key, nor what that signed. */
export function decideForEnvironment(resolved: Resolved<EnvironmentEvidence>): EnvironmentAuthResult {
  if (!resolved.ok) return resolved;
  const { evidence } = resolved;
  const { credential, user, caps, narrowing, membership, organization, project, environment, missing, role } = evidence;
  const isPersons = user !== null || (credential.kind === "environmentJwt" && credential.act !== null);
  // A person who is no member has no role, whatever else is said of them.
  const names = { organization: membership?.role ?? "", highest: highestOf(evidence) };
  const lists = isPersons ? roleLists(names, role, environment.type) : [];
  const ability = createAbility([...caps, ...lists]);
  return {
    ok: true,
    authentication: {
      credential,
      user,
      caps,
      narrowing,
      membership,
      organization,
      project,
      environment,
      missing,
      role,
      ability,
    },
  };
}

const highestOf = ({ credential }: UserEvidence | EnvironmentEvidence): string | null =>
  "maxRole" in credential ? credential.maxRole : null;

function abilityOfPerson(evidence: UserEvidence, where: Where): Ability {
  const { caps, place, role } = evidence;
  const highest = highestOf(evidence);
  if (place !== null) {
    return createAbility([...caps, ...roleLists({ organization: place.membership.role, highest }, role, where)]);
  }
  // Asked about no organization, or none of theirs: what is their own, such as their tokens.
  return createAbility(highest === null ? caps : [...caps, highestRoleList(highest)]);
}
