import { createId, createPersonalAccessToken as createToken } from "@trigger.dev/core/ids";
import { MAX_LIFETIME_SECONDS } from "@trigger.dev/core/jwt";
import { createPluginQuery, sha256 } from "@trigger.dev/rbac";
import { parseRole } from "./membership.server.js";
import { auditChange, inTransaction, type ChangedBy, type OperationContext } from "./operation.server.js";
import { refuse } from "./refuse.server.js";
import { valueOf } from "./role-problem.js";

const CONTROL = /\p{Control}/u;

export interface CreatedPersonalAccessToken {
  tokenId: string;
  /** Shown this once. */
  token: string;
  obfuscated: string;
  /** Null: it does not expire. */
  expiresAt: Date | null;
}

/**
 * Makes a personal access token; only its hash is kept.
 * @throws AppError 400 for a name, lifetime or role that cannot be, 404 for a role that the RBAC plugin does not know
 */
export async function createPersonalAccessToken(
  context: OperationContext,
  input: {
    userId: string;
    name: string;
    /** Seconds, a year at most; without it the token does not expire. */
    ttlSeconds?: number | undefined;
    /** The highest role that it may act as. */
    maxRole?: string | undefined;
    by: ChangedBy;
  },
): Promise<CreatedPersonalAccessToken> {
  const name = input.name.trim();
  if (name === "" || name.length > 255 || CONTROL.test(name)) {
    throw refuse("name", "A token's name has 1 to 255 characters and no control characters.");
  }
  const ttl = input.ttlSeconds;
  if (ttl !== undefined && !(Number.isInteger(ttl) && ttl >= 1 && ttl <= MAX_LIFETIME_SECONDS)) {
    throw refuse("ttlSeconds", `A token's lifetime is a whole number of seconds from 1 to ${MAX_LIFETIME_SECONDS}.`);
  }
  const maxRole = input.maxRole === undefined ? null : parseRole(input.maxRole);
  const tokenId = createId("pat");
  const token = createToken();
  const obfuscated = `${token.slice(0, 11)}…${token.slice(-4)}`;
  return inTransaction(context, async (client) => {
    if (maxRole !== null && context.rbac?.roles) {
      const asked = { userId: input.userId, role: maxRole, query: createPluginQuery(client) };
      valueOf(await context.rbac.roles.checkTokenRole(asked));
    }
    const made = await client.query<{ expiresAt: Date | null }>(
      `INSERT INTO personal_access_token (id, user_id, name, hash, obfuscated, max_role, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7)) RETURNING expires_at AS "expiresAt"`,
      [tokenId, input.userId, name, sha256(token), obfuscated, maxRole, ttl ?? null],
    );
    await auditChange(client, context, {
      action: "pat.create",
      concerns: input.userId,
      target: tokenId,
      detail: { name, maxRole },
      by: input.by,
    });
    return { tokenId, token, obfuscated, expiresAt: made.rows[0]?.expiresAt ?? null };
  });
}
