import {
  AUDIENCE,
  CLOCK_SKEW_SECONDS,
  decodeJwtUnverified,
  ISSUER,
  verifyJwt,
  type JsonObject,
  type VerifyJwtResult,
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
import { readSelfSignedClaims, SELF_SIGNED_TYPS, type EnvironmentJwtClaims } from "./environment-jwt-claims.js";
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

type Claimed = { ok: true; claims: EnvironmentJwtClaims } | { ok: false; reason: RefusalReason };

/** What a self-signed token says of itself, where it could be one; nothing of it is verified yet. */
export const readClaimed = (token: string, at: Date): Claimed => {
  const unverified = decodeJwtUnverified(token);
  if (!unverified) return refuse("malformed");
  const plain = findPlainProblem(unverified.claims, at);
  return plain ? refuse(plain) : readSelfSignedClaims(unverified.claims);
};

/** Verifies a self-signed token with the live keys of the environment that it names, sealed as they are kept. */
export const createSelfSignedVerifier = ({ encryption, log }: Pick<ResolverContext, "encryption" | "log">) => {
  const openKey = createKeyOpener(encryption, log);
  return async (token: string, { sealedKeys, rootId, at }: SealedKeys & { at: Date }): Promise<VerifyJwtResult> => {
    const context = environmentKeyContext(rootId);
    const opened = await Promise.all(sealedKeys.map((sealed) => openKey(sealed, context)));
    return verifyJwt(token, {
      typ: SELF_SIGNED_TYPS,
      findKey: () => opened.flatMap((secret) => (secret === null ? [] : { secret })),
      now: at,
    });
  };
};

/** The sealed live keys of an environment, and the root environment that they are the keys of. */
export interface SealedKeys {
  sealedKeys: readonly string[];
  rootId: string;
}

/** Resolves an environment JWT that the SDK signed with an environment's key; a branch uses its parent's keys. */
export const createSelfSignedJwtResolver = ({ reader, encryption, log, now }: ResolverContext) => {
  const verify = createSelfSignedVerifier({ encryption, log });
  return async (token: string, request: AccessRequest): Promise<Resolved<EnvironmentEvidence>> => {
    const at = new Date(now());
    const claimed = readClaimed(token, at);
    if (!claimed.ok) return claimed;
    const { environmentId, scopes } = claimed.claims;

    const { name, text } = statements("root_keys", undefined);
    const row = (await reader.query<Row>({ name, text, values: [environmentId, at] })).rows[0];
    if (!row?.sealed_keys) return refuse("unknown");

    // What was read unverified above is what is verified here: the same text, by the same parser.
    const rootId = row.e_parent_id ?? row.e_id;
    const verified = await verify(token, { sealedKeys: row.sealed_keys, rootId, at });
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
