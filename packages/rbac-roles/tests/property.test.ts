import {
  createAbility,
  type Environment,
  type EnvironmentEvidence,
  RESOURCE_TYPES,
  type RolePermission,
  type UserEvidence,
} from "@trigger.dev/plugins/rbac";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { decideForEnvironment, decideForPerson } from "../src/decide.js";
import { ENVIRONMENT_TYPES } from "../src/roles/environment-types.js";
import { SYSTEM_ROLES } from "../src/roles/system-roles.js";

const ACTIONS = ["read", "write", "trigger", "batchTrigger"] as const;
const TYPES = RESOURCE_TYPES.filter((type) => type !== "all");
/** Everything that can be done, one thing at a time. */
const DEEDS = [
  "admin",
  ...TYPES.flatMap((type) => ACTIONS.flatMap((action) => [`${action}:${type}`, `${action}:${type}:a`])),
];

const scope = fc.oneof(
  { weight: 1, arbitrary: fc.constant("admin") },
  { weight: 1, arbitrary: fc.constantFrom("", "read:__proto__", "READ:runs", "admin:all", "rеad:runs") },
  {
    weight: 16,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...ACTIONS, "*"),
        fc.oneof(fc.constantFrom("all", "runs", "tasks", "apiKeys"), fc.constantFrom(...TYPES)),
        fc.boolean(),
      )
      .map(([action, type, one]) => (one && type !== "all" ? `${action}:${type}:a` : `${action}:${type}`)),
  },
);
const list = fc.array(scope, { maxLength: 4 });
const permissions = fc.array(
  fc.oneof(
    fc.record({ scope }),
    fc.record({ scope, environments: fc.subarray([...ENVIRONMENT_TYPES], { minLength: 1 }) }),
  ),
  { maxLength: 5 },
);
const roleName = fc.constantFrom(
  ...SYSTEM_ROLES.map(({ name }) => name),
  "custom",
  "other",
  "gone",
  "Owner",
  "__proto__",
  "constructor",
);

const place = {
  organization: { id: "o", slug: "o", title: "O", policy: null, createdAt: new Date(0) },
  project: { id: "p", ref: "p", slug: "p", name: "P", createdAt: new Date(0) },
};
const user = { id: "u", email: "u@x.test", name: null };
const environmentOf = (type: Environment["type"]): Environment => ({
  id: "e",
  type,
  slug: "dev",
  branch: null,
  parentId: null,
  ownerUserId: null,
});

/** What the documents say that a role may do: the permissions that apply, each for itself. */
function mayByRole(
  name: string | null,
  custom: Record<string, readonly RolePermission[]>,
  type: Environment["type"],
  deed: string,
): boolean {
  if (name === null) return false;
  const system = SYSTEM_ROLES.find((role) => role.name === name)?.permissions;
  const own = Object.hasOwn(custom, name) ? custom[name] : undefined;
  return (system ?? own ?? []).some(
    ({ scope: allowed, environments }) =>
      (environments === undefined || environments.includes(type)) && createAbility([[allowed]]).can([deed]),
  );
}

const RUNS = 20_000;

it(`what an exchanged token may do, the role, the highest role, the cap and the request each may, in ${RUNS} cases`, () => {
  let allowed = 0;
  fc.assert(
    fc.property(
      roleName,
      fc.option(roleName),
      fc.option(roleName),
      fc.option(list),
      fc.option(list),
      permissions,
      permissions,
      fc.constantFrom(...ENVIRONMENT_TYPES),
      fc.constantFrom(...ENVIRONMENT_TYPES),
      fc.array(fc.constantFrom(...DEEDS), { minLength: 6, maxLength: 6 }),
      (organization, project, highest, cap, requested, one, two, type, elsewhere, deeds) => {
        const custom = { custom: one, other: two };
        // A token is held to a role that has nothing to do with what its person has under that name.
        const held: Record<string, readonly RolePermission[]> = { custom: two };
        const role = { project, custom, highest: (highest !== null && held[highest]) || null };
        const membership = { role: organization, since: new Date(0) };
        const caps = cap === null ? [] : [cap];
        const base = { user, caps, narrowing: null, missing: null, role };
        const evidence: UserEvidence = {
          ...base,
          credential: { kind: "pat", id: "t", expiresAt: null, maxRole: highest },
          place: { ...place, membership, environment: environmentOf(type) },
        };
        const person = decideForPerson({ ok: true, evidence });
        if (!person.ok) throw new Error("refused");
        const { ability, abilityIn } = person.authentication;
        const { granted } = ability.grant(requested ?? undefined);
        const exchanged: EnvironmentEvidence = {
          ...base,
          ...place,
          membership,
          caps: [...caps, granted],
          credential: {
            kind: "environmentJwt",
            act: { userId: "u", client: "c", patId: "t", uatId: null },
            expiresAt: new Date(0),
            maxRole: highest,
          },
          environment: environmentOf(type),
        };
        const used = decideForEnvironment({ ok: true, evidence: exchanged });
        if (!used.ok) throw new Error("refused");
        for (const deed of deeds) {
          const byRole = (where: Environment["type"]) =>
            mayByRole(organization, custom, where, deed) || mayByRole(project, custom, where, deed);
          const byHighest = (where: Environment["type"]) => highest === null || mayByRole(highest, held, where, deed);
          const byCap = cap === null || createAbility([cap]).can([deed]);
          // Exactly what each of them allows, here and in any other environment of the project.
          if (ability.can([deed]) !== (byRole(type) && byHighest(type) && byCap)) return false;
          if (abilityIn(elsewhere).can([deed]) !== (byRole(elsewhere) && byHighest(elsewhere) && byCap)) return false;
          if (!used.authentication.ability.can([deed])) continue;
          allowed += 1;
          if (!ability.can([deed]) || (requested !== null && !createAbility([requested]).can([deed]))) return false;
        }
        return true;
      },
    ),
    { numRuns: RUNS, seed: 20_261_122 },
  );
  expect(allowed).toBeGreaterThan(RUNS / 10);
});
