import {
  AUDIENCE,
  CLOCK_SKEW_SECONDS,
  decodeJwtUnverified,
  ISSUER,
  verifyJwt,
  type JsonObject,
} from "@trigger.dev/core/jwt";
import type { AccessRequest, EnvironmentEvidence, RefusalReason, Resolved } from "@trigger.dev/plugins/rbac";
import { environmentKeyContext } from "../encryption.js";
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
import { readSelfSignedClaims, SELF_SIGNED_TYPS } from "./environment-jwt-claims.js";
import { createKeyOpener } from "./key-opener.js";
import { refuse } from "./refuse.js";
import { createStatements } from "./statement.js";

const statements = createStatements<"root_keys">(
  "self_signed_jwt",
  () => `SELECT ${LOCATED_COLUMNS}, m.user_id AS m_user_id,
  (SELECT array_agg(k.ciphertext ORDER BY k.created_at DESC) FROM environment_key k
    WHERE k.environment_id = coalesce(e.parent_id, e.id) AND (k.expires_at IS NULL OR k.expires_at > $2)) AS sealed_keys
FROM environment e${LOCATED_JOINS}${OWNER_JOIN}
WHERE e.id = $1`,
);

type Row = OwnedRow & { sealed_keys: string[] | null };

/** Resolves an environment JWT that the SDK signed with an environment's key; a branch uses its parent's keys. */
export const createSelfSignedJwtResolver = ({ reader, encryption, log, now }: ResolverContext) => {
  const openKey = createKeyOpener(encryption, log);
  return async (token: string, request: AccessRequest): Promise<Resolved<EnvironmentEvidence>> => {
    const at = new Date(now());
    const unverified = decodeJwtUnverified(token);
    if (!unverified) return refuse("malformed");
    const plain = findPlainProblem(unverified.claims, at);
    if (plain) return refuse(plain);
    const claimed = readSelfSignedClaims(unverified.claims);
    if (!claimed.ok) return claimed;
    const { environmentId, scopes } = claimed.claims;

    const { name, text } = statements("root_keys", undefined);
    const row = (await reader.query<Row>({ name, text, values: [environmentId, at] })).rows[0];
    if (!row?.sealed_keys) return refuse("unknown");
    const context = environmentKeyContext(row.e_parent_id ?? row.e_id);
    const opened = await Promise.all(row.sealed_keys.map((sealed) => openKey(sealed, context)));

    // What was read unverified above is what is verified here: the same text, by the same parser.
    const verified = await verifyJwt(token, {
      typ: SELF_SIGNED_TYPS,
      findKey: () => opened.flatMap((secret) => (secret === null ? [] : { secret })),
      now: at,
    });
    if (!verified.ok) return verified;
    if (isOrphaned(row)) return refuse("not_a_member");

    const location = readLocation(row);
    const branch = branchOf(request.target);
    return {
      ok: true,
      evidence: {
        credential: {
          kind: "environmentJwt",
          act: null,
          expiresAt: new Date(verified.claims.exp * 1000),
          maxRole: null,
        },
        user: null,
        caps: [scopes],
        narrowing: null,
        membership: null,
        ...location,
        missing: branch === undefined || branch === location.environment.branch ? null : "branch",
        role: null,
      },
    };
  };
};

/** Spares the database what cannot verify whatever the key; `verifyJwt` is what decides. */
const findPlainProblem = ({ iss, aud, exp }: JsonObject, now: Date): RefusalReason | null => {
  if (iss !== ISSUER || aud !== AUDIENCE || typeof exp !== "number") return "bad_claims";
  return exp + CLOCK_SKEW_SECONDS <= now.getTime() / 1000 ? "expired" : null;
};
