import { isEnvironmentKey } from "@trigger.dev/core/ids";
import type { CredentialResolvers } from "@trigger.dev/plugins/rbac";
import { branchOf } from "./branch-of.js";
import type { ResolverContext } from "./context.js";
import {
  isOrphaned,
  LOCATED_COLUMNS,
  LOCATED_JOINS,
  OWNER_JOIN,
  readLocation,
  type OwnedRow,
} from "./environment-columns.js";
import { endOf, refuse } from "./refuse.js";
import { sha256 } from "./sha256.js";
import { createStatements } from "./statement.js";
import { storable } from "./storable.js";

const PREFIX = /^tr_(?:dev|stg|prod|preview)_/;

const KEY_COLUMNS = "k.id AS k_id, k.expires_at AS k_expires_at, m.user_id AS m_user_id";

const ROOT = "environment_key k\n  JOIN environment e ON e.id = k.environment_id";
// The branch where there is one, else the root, so that the row always says whose key it is.
const BRANCH = `environment_key k
  JOIN environment r ON r.id = k.environment_id
  LEFT JOIN environment b ON b.project_id = r.project_id AND b.slug = r.slug
    AND b.owner_key = r.owner_key AND b.branch = $2 AND b.parent_id = r.id
  JOIN environment e ON e.id = coalesce(b.id, r.id)`;

const statements = createStatements<"root" | "branch">("environment_key", (shape) => {
  const found = shape === "branch" ? "b.id AS b_id" : "NULL AS b_id";
  return `SELECT ${KEY_COLUMNS}, ${found}, ${LOCATED_COLUMNS}
FROM ${shape === "branch" ? BRANCH : ROOT}${LOCATED_JOINS}${OWNER_JOIN}
WHERE k.hash = $1`;
});

type Row = OwnedRow & { k_id: string; k_expires_at: Date | null; b_id: string | null };

/** Whether a bearer token has the prefix of an environment's key. */
export const hasEnvironmentKeyPrefix = (token: string): boolean => PREFIX.test(token);

/** Resolves an environment's own key. A branch uses its parent's. */
export const createEnvironmentKeyResolver =
  ({ reader, now }: ResolverContext): CredentialResolvers["bearer"] =>
  async (token, { target }) => {
    if (!isEnvironmentKey(token)) return refuse("malformed");
    const branch = branchOf(target);
    const hash = sha256(token);
    const statement = statements(branch === undefined ? "root" : "branch", undefined);
    const values = branch === undefined ? [hash] : [hash, storable(branch)];

    const row = (await reader.query<Row>({ name: statement.name, text: statement.text, values })).rows[0];
    if (!row) return refuse("unknown");
    const known = { kind: "environmentKey", id: row.k_id, organizationId: readLocation(row).organization.id } as const;
    if (endOf({ expiresAt: row.k_expires_at, revokedAt: null }, now())) return refuse("expired", known);
    if (isOrphaned(row)) return refuse("not_a_member", known);

    return {
      ok: true,
      evidence: {
        credential: { kind: "environmentKey", id: row.k_id },
        user: null,
        caps: [],
        narrowing: null,
        membership: null,
        ...readLocation(row),
        missing: branch !== undefined && row.b_id === null ? "branch" : null,
        role: null,
      },
    };
  };
