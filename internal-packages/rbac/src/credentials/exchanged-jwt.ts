import { findRingKey, verifyJwt } from "@trigger.dev/core/jwt";
import type {
  AccessRequest,
  EnvironmentEvidence,
  LookupOptions,
  RefusalReason,
  RefusedCredential,
  Resolved,
} from "@trigger.dev/plugins/rbac";
import { verifyWithReload, type Secrets } from "../secrets.js";
import { branchOf } from "./branch-of.js";
import { readScopeList } from "./caps.js";
import {
  MEMBERSHIP_COLUMNS,
  readMembership,
  readUser,
  USER_COLUMNS,
  type Absent,
  type MembershipColumns,
  type UserColumns,
} from "./columns.js";
import type { ResolverContext } from "./context.js";
import { LOCATED_COLUMNS, LOCATED_JOINS, readLocation, type LocatedRow } from "./environment-columns.js";
import {
  EXCHANGED_TYP,
  readExchangedClaims,
  type ActClaim,
  type EnvironmentJwtClaims,
} from "./environment-jwt-claims.js";
import { capsUnder, earlierEnd, endByPolicy, narrowByPolicy, type JudgedToken } from "./organization-policy.js";
import { endOfParent, refuse } from "./refuse.js";
import { createStatements, roleColumn } from "./statement.js";

const UAT_COLUMNS = `k.id AS k_id, k.client AS k_client, k.cap AS k_cap, k.cap_defaulted AS k_cap_defaulted,
  k.created_at AS k_created_at, k.expires_at AS k_expires_at, k.revoked_at AS k_revoked_at`;
const UAT_JOIN = `
  LEFT JOIN user_actor_token k ON k.id = $4 AND k.pat_id = $3 AND k.user_id = $2`;

const statements = createStatements<"pat" | "uat">("exchanged_jwt", (shape, roleFunction) => {
  const uat = shape === "uat";
  const role = roleColumn(roleFunction, {
    organizationId: "o.id",
    projectId: "p.id",
    environmentType: "e.type::text",
    patId: "t.id",
  });
  return `SELECT ${USER_COLUMNS}, ${MEMBERSHIP_COLUMNS},
  t.id AS t_id, t.expires_at AS t_expires_at, t.revoked_at AS t_revoked_at, t.max_role AS t_max_role,
  ${uat ? `${UAT_COLUMNS},\n  ` : ""}${LOCATED_COLUMNS},
  ${role}
FROM environment e${LOCATED_JOINS}
  LEFT JOIN "user" u ON u.id = $2
  LEFT JOIN organization_member m ON m.organization_id = o.id AND m.user_id = u.id
  LEFT JOIN personal_access_token t ON t.id = $3 AND t.user_id = u.id${uat ? UAT_JOIN : ""}
WHERE e.id = $1`;
});

interface PatColumns {
  t_id: string;
  t_expires_at: Date | null;
  t_revoked_at: Date | null;
  t_max_role: string | null;
}

interface UatColumns {
  k_id: string;
  k_client: string;
  k_cap: unknown;
  k_cap_defaulted: boolean;
  k_created_at: Date;
  k_expires_at: Date;
  k_revoked_at: Date | null;
}

type Found<Columns> = Columns | Absent<Columns>;
type Row = LocatedRow & { role: unknown } & Found<UserColumns> &
  Found<MembershipColumns> &
  Found<PatColumns> &
  Found<UatColumns>;
type Live = Extract<Row, UserColumns & MembershipColumns & PatColumns>;
type Lineage =
  | { ok: true; row: Live; caps: readonly (readonly string[])[]; judged: JudgedToken }
  | { ok: false; reason: RefusalReason };

type Verified =
  | { ok: true; claims: EnvironmentJwtClaims & { act: ActClaim }; issuedAt: number; expiresAt: Date }
  | { ok: false; reason: RefusalReason };

/** Everything of an exchanged token that needs no ledger: form, signature, times and claims. */
export const verifyExchanged = async (token: string, secrets: Secrets, at: number): Promise<Verified> => {
  const verified = await verifyWithReload(secrets, () =>
    verifyJwt(token, {
      typ: EXCHANGED_TYP,
      findKey: ({ kid }) => findRingKey(secrets.environmentJwt, kid),
      now: new Date(at),
    }),
  );
  if (!verified.ok) return verified;
  const read = readExchangedClaims(verified.claims);
  if (!read.ok) return read;
  const { iat, exp } = verified.claims;
  return { ok: true, claims: read.claims, issuedAt: iat * 1000, expiresAt: new Date(exp * 1000) };
};

/** Resolves an environment JWT that we exchanged: its lineage is as live as the PAT and the UAT it came through. */
export const createExchangedJwtResolver =
  ({ reader, secrets, usage, now }: ResolverContext) =>
  async (token: string, request: AccessRequest, options?: LookupOptions): Promise<Resolved<EnvironmentEvidence>> => {
    const at = now();
    const verified = await verifyExchanged(token, secrets, at);
    if (!verified.ok) return verified;
    const { environmentId, scopes, act } = verified.claims;

    const statement = statements(act.uat === null ? "pat" : "uat", options?.roleFunction);
    const values = [environmentId, act.sub, act.pat];
    if (act.uat !== null) values.push(act.uat);
    const found = (await reader.query<Row>({ name: statement.name, text: statement.text, values })).rows[0];
    const lineage = checkLineage(found, { act, at, issuedAt: verified.issuedAt });
    if (!lineage.ok) return refuse(lineage.reason, found && refusedOf(found, act));

    const { row, judged } = lineage;
    usage.record("pat", act.pat);
    if (act.uat !== null) usage.record("uat", act.uat);
    const location = readLocation(row);
    const { policy } = location.organization;
    const narrowing = narrowByPolicy(policy, judged, at);
    const branch = branchOf(request.target);
    return {
      ok: true,
      evidence: {
        credential: {
          kind: "environmentJwt",
          act: { userId: act.sub, client: act.client, patId: act.pat, uatId: act.uat },
          expiresAt: earlierEnd(verified.expiresAt, endByPolicy(policy, judged.madeAt)),
          maxRole: row.t_max_role,
        },
        user: readUser(row),
        caps: capsUnder([...lineage.caps, scopes], narrowing),
        narrowing,
        membership: readMembership(row),
        ...location,
        missing: branch === undefined || branch === location.environment.branch ? null : "branch",
        role: row.role ?? null,
      },
    };
  };

const refusedOf = (row: Row, act: ActClaim): RefusedCredential => ({
  kind: "environmentJwt",
  parentId: act.uat ?? act.pat,
  ...(act.client === null ? {} : { client: act.client }),
  userId: act.sub,
  organizationId: readLocation(row).organization.id,
});

const checkLineage = (
  row: Row | undefined,
  { act, at, issuedAt }: { act: ActClaim; at: number; issuedAt: number },
): Lineage => {
  if (!row || row.u_id === null || row.t_id === null) return refuse("unknown");
  const patEnd = endOfParent({ expiresAt: row.t_expires_at, revokedAt: row.t_revoked_at }, at);
  if (patEnd) return refuse(patEnd);
  // A membership that began after the exchange is another one than the exchange was made under.
  if (row.m_role === null || row.m_since.getTime() > issuedAt) return refuse("not_a_member");
  if (row.e_type === "DEVELOPMENT" && row.e_owner !== act.sub) return refuse("not_a_member");
  if (act.uat === null) return { ok: true, row, caps: [], judged: { madeAt: issuedAt, userActor: null } };

  if (row.k_id === null) return refuse("unknown");
  const uatEnd = endOfParent({ expiresAt: row.k_expires_at, revokedAt: row.k_revoked_at }, at);
  if (uatEnd) return refuse(uatEnd);
  const cap = row.k_cap === null ? null : readScopeList(row.k_cap);
  if (row.k_cap !== null && cap === null) return refuse("bad_claims");
  const caps = cap === null ? [] : [cap];
  const userActor = { client: row.k_client, caps, isCapDefaulted: row.k_cap_defaulted };
  return { ok: true, row, caps, judged: { madeAt: Math.min(row.k_created_at.getTime(), issuedAt), userActor } };
};
