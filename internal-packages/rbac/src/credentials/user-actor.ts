import {
  isUserActorToken,
  verifyUserActorToken,
  type CredentialResolvers,
  type VerifiedUserActorToken,
} from "@trigger.dev/plugins/rbac";
import { verifyWithReload, type Secrets } from "../secrets.js";
import { readScopeList, sameScopeList } from "./caps.js";
import { readUser } from "./columns.js";
import type { ResolverContext } from "./context.js";
import { capsUnder, earlierEnd, endByPolicy, narrowByPolicy } from "./organization-policy.js";
import { createPersonLookup, readTarget, type PersonRow } from "./person-target.js";
import { endOf, endOfParent, refuse } from "./refuse.js";

const lookup = createPersonLookup({
  family: "uat",
  columns: `k.id AS k_id, k.client AS k_client, k.cap AS k_cap, k.cap_defaulted AS k_cap_defaulted,
  k.created_at AS k_created_at, k.expires_at AS k_expires_at, k.revoked_at AS k_revoked_at,
  t.id AS t_id, t.user_id AS t_user_id, t.expires_at AS t_expires_at, t.revoked_at AS t_revoked_at, t.max_role AS t_max_role`,
  from: `user_actor_token k
  JOIN personal_access_token t ON t.id = k.pat_id
  JOIN "user" u ON u.id = k.user_id`,
  where: "k.id = $1",
  patId: "t.id",
});

type Row = PersonRow<{
  k_id: string;
  k_client: string;
  k_cap: unknown;
  k_cap_defaulted: boolean;
  k_created_at: Date;
  k_expires_at: Date;
  k_revoked_at: Date | null;
  t_id: string;
  t_user_id: string;
  t_expires_at: Date | null;
  t_revoked_at: Date | null;
  t_max_role: string | null;
}>;

/** Every cap that a token is under: its own claim and the ledger's, once when they agree. Null for a ledger cap that is no list. */
export const userActorCaps = (
  claimed: readonly string[] | undefined,
  ledger: unknown,
): (readonly string[])[] | null => {
  const caps = claimed ? [claimed] : [];
  if (ledger === null) return caps;
  const kept = readScopeList(ledger);
  if (!kept) return null;
  return claimed && sameScopeList(claimed, kept) ? caps : [...caps, kept];
};

/** Everything of a user-actor token that needs no ledger: form, signature, times and claims. */
export const verifyUserActor = (token: string, secrets: Secrets, at: number): Promise<VerifiedUserActorToken> =>
  verifyWithReload(secrets, () => verifyUserActorToken(token, { ring: secrets.userActor, now: new Date(at) }));

/** Resolves a user-actor token: signature and claims here, then its ledger row, PAT, person and target in one statement. */
export const createUserActorResolver =
  ({ reader, secrets, usage, now }: ResolverContext): CredentialResolvers["userActor"] =>
  async (token, { target }, options) => {
    if (!isUserActorToken(token)) return refuse("wrong_kind");
    const at = now();
    const verified = await verifyUserActor(token, secrets, at);
    if (!verified.ok) return verified;
    const { claims } = verified;

    const row = (await reader.query<Row>(lookup(claims.jti, target, options))).rows[0];
    if (!row || row.u_id !== claims.sub || row.t_id !== claims.act.pat || row.t_user_id !== row.u_id) {
      return refuse("unknown");
    }
    const end =
      endOf({ expiresAt: row.k_expires_at, revokedAt: row.k_revoked_at }, at) ??
      endOfParent({ expiresAt: row.t_expires_at, revokedAt: row.t_revoked_at }, at);
    const known = { kind: "uat", id: row.k_id, parentId: row.t_id, client: row.k_client, userId: row.u_id } as const;
    if (end) return refuse(end, known);
    const caps = userActorCaps(claims.cap, row.k_cap);
    if (!caps) return refuse("bad_claims", known);

    const found = readTarget(row, target);
    const policy = found.place?.organization.policy ?? null;
    const madeAt = row.k_created_at.getTime();
    const userActor = { client: row.k_client, caps, isCapDefaulted: row.k_cap_defaulted };
    const narrowing = narrowByPolicy(policy, { madeAt, userActor }, at);

    usage.record("uat", row.k_id);
    usage.record("pat", row.t_id);
    return {
      ok: true,
      evidence: {
        user: readUser(row),
        credential: {
          kind: "uat",
          id: row.k_id,
          parentId: row.t_id,
          parentExpiresAt: row.t_expires_at,
          client: row.k_client,
          expiresAt: earlierEnd(row.k_expires_at, endByPolicy(policy, madeAt)),
          maxRole: row.t_max_role,
        },
        caps: capsUnder(caps, narrowing),
        narrowing,
        ...found,
      },
    };
  };
