import { hasValidPatChecksum } from "@trigger.dev/core/ids";
import type { CredentialResolvers, RefusalReason } from "@trigger.dev/plugins/rbac";
import { readUser } from "./columns.js";
import type { ResolverContext } from "./context.js";
import { createPersonLookup, readTarget, type PersonRow } from "./person-target.js";
import { endOf, refuse } from "./refuse.js";
import { sha256 } from "./sha256.js";

const FORM = /^tr_pat_[1-9a-km-z]{40}$/;

const lookup = createPersonLookup({
  family: "pat",
  columns: `t.id AS t_id, t.expires_at AS t_expires_at, t.revoked_at AS t_revoked_at, t.max_role AS t_max_role,
  EXISTS (SELECT 1 FROM organization_member pm JOIN organization po ON po.id = pm.organization_id
    WHERE pm.user_id = u.id AND po.policy IS NOT NULL) AS t_is_under_policy`,
  from: `personal_access_token t\n  JOIN "user" u ON u.id = t.user_id`,
  where: "t.hash = $1",
  patId: "t.id",
});

type Row = PersonRow<{
  t_id: string;
  t_expires_at: Date | null;
  t_revoked_at: Date | null;
  t_max_role: string | null;
  t_is_under_policy: boolean;
}>;

/** Why a text cannot be a personal access token of ours, whatever the database holds; else null. */
export const findPatFlaw = (token: string): RefusalReason | null => {
  if (!token.startsWith("tr_pat_")) return "wrong_kind";
  if (hasValidPatChecksum(token)) return null;
  return FORM.test(token) ? "checksum" : "malformed";
};

/** Resolves a personal access token: its form and checksum here, then one statement. */
export const createPersonalAccessTokenResolver =
  ({ reader, usage, now }: ResolverContext): CredentialResolvers["personalAccessToken"] =>
  async (token, { target }, options) => {
    const flaw = findPatFlaw(token);
    if (flaw) return refuse(flaw);

    const row = (await reader.query<Row>(lookup(sha256(token), target, options))).rows[0];
    if (!row) return refuse("unknown");
    const end = endOf({ expiresAt: row.t_expires_at, revokedAt: row.t_revoked_at }, now());
    if (end) return refuse(end, { kind: "pat", id: row.t_id, userId: row.u_id });

    usage.record("pat", row.t_id);
    return {
      ok: true,
      evidence: {
        user: readUser(row),
        credential: {
          kind: "pat",
          id: row.t_id,
          expiresAt: row.t_expires_at,
          maxRole: row.t_max_role,
          isUnderPolicy: row.t_is_under_policy,
        },
        caps: [],
        narrowing: null,
        ...readTarget(row, target),
      },
    };
  };
