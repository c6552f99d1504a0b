import type { CredentialResolvers } from "@trigger.dev/plugins/rbac";
import { readUser } from "./columns.js";
import type { ResolverContext } from "./context.js";
import { createPersonLookup, readTarget, type PersonRow } from "./person-target.js";
import { endOf, refuse } from "./refuse.js";
import { sha256 } from "./sha256.js";

const OTHER_KIND = /^tr_(?:pat|uat|dev|stg|prod|preview)_/;
const FORM = /^[\w-]{32,256}$/;

const lookup = createPersonLookup({
  family: "session",
  columns: "s.id AS s_id, s.expires_at AS s_expires_at",
  from: `session s\n  JOIN "user" u ON u.id = s.user_id`,
  where: "s.secret_hash = $1",
});

type Row = PersonRow<{ s_id: string; s_expires_at: Date }>;

/** Resolves the secret of a browser's session, taken from a cookie whose signature was verified. */
export const createSessionResolver =
  ({ reader, now }: ResolverContext): CredentialResolvers["session"] =>
  async (secret, { target }, options) => {
    if (OTHER_KIND.test(secret)) return refuse("wrong_kind");
    if (!FORM.test(secret)) return refuse("malformed");

    const row = (await reader.query<Row>(lookup(sha256(secret), target, options))).rows[0];
    if (!row) return refuse("unknown");
    if (endOf({ expiresAt: row.s_expires_at, revokedAt: null }, now())) return refuse("expired");

    return {
      ok: true,
      evidence: {
        user: readUser(row),
        credential: { kind: "session", id: row.s_id },
        caps: [],
        narrowing: null,
        ...readTarget(row, target),
      },
    };
  };
