import type { Environment, EnvironmentEvidence, UserCredential, UserEvidence } from "../contract.js";
import type { ContractPerson } from "./subject.js";

export const USER = { id: "user_1", email: "grace@example.com", name: "Grace" };
const ORGANIZATION = {
  id: "org_1",
  slug: "acme",
  title: "Acme",
  policy: null,
  createdAt: new Date(0),
};
const PROJECT = { id: "proj_1", ref: "proj_ref", slug: "shop", name: "Shop", createdAt: new Date(0) };
const IN_AN_HOUR = new Date(3_600_000);

export const ENVIRONMENTS: readonly Environment[] = (
  [
    ["DEVELOPMENT", "dev"],
    ["STAGING", "staging"],
    ["PREVIEW", "preview"],
    ["PRODUCTION", "prod"],
  ] as const
).map(([type, slug]) => ({
  id: `env_${slug}`,
  type,
  slug,
  branch: null,
  parentId: null,
  ownerUserId: slug === "dev" ? USER.id : null,
}));

export const TYPES = ENVIRONMENTS.map(({ type }) => type);

/** The kinds of credentials of a person, each held to a highest role where it can be. */
export const credentialsOf = (maxRole: string | null): readonly UserCredential[] => [
  { kind: "pat", id: "pat_1", expiresAt: null, maxRole },
  {
    kind: "uat",
    id: "uat_1",
    parentId: "pat_1",
    parentExpiresAt: null,
    client: "ci",
    expiresAt: IN_AN_HOUR,
    maxRole,
  },
];

export const SESSION: UserCredential = { kind: "session", id: "session_1" };

type Narrowed = ContractPerson & { caps?: readonly (readonly string[])[] };

/** What the host hands over is frozen: a plugin that bends it throws. */
function frozen<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

/** A person's evidence, about an environment, or (null) about their organization, or (undefined) about nothing. */
export const personEvidence = (
  credential: UserCredential,
  environment: Environment | null | undefined,
  { caps = [], role = null, membershipRole = "viewer" }: Narrowed = {},
): UserEvidence =>
  frozen({
    user: USER,
    credential,
    caps,
    narrowing: null,
    place:
      environment === undefined
        ? null
        : {
            organization: ORGANIZATION,
            membership: { role: membershipRole, since: new Date(0) },
            project: environment === null ? null : PROJECT,
            environment,
          },
    missing: null,
    role: environment === undefined ? null : role,
  });

/** Evidence of an environment's own key, or, `exchanged`, of a JWT that a person exchanged. */
export const environmentEvidence = (
  environment: Environment,
  {
    caps = [],
    role = null,
    membershipRole = "viewer",
    exchanged = false,
    maxRole = null,
  }: Narrowed & { exchanged?: boolean; maxRole?: string | null } = {},
): EnvironmentEvidence =>
  frozen({
    credential: exchanged
      ? {
          kind: "environmentJwt",
          act: { userId: USER.id, client: "ci", patId: "pat_1", uatId: null },
          expiresAt: IN_AN_HOUR,
          maxRole,
        }
      : { kind: "environmentKey", id: "envkey_1" },
    user: exchanged ? USER : null,
    caps,
    narrowing: null,
    membership: exchanged ? { role: membershipRole, since: new Date(0) } : null,
    organization: ORGANIZATION,
    project: PROJECT,
    environment,
    missing: null,
    role: exchanged ? role : null,
  });
