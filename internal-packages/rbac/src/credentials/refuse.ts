import type { Refusal, RefusalReason, RefusedCredential } from "@trigger.dev/plugins/rbac";

/** A refusal, with the reason that only the log sees, and whose credential it was where the ledger knows. */
export const refuse = (reason: RefusalReason, credential?: RefusedCredential): Refusal =>
  credential ? { ok: false, reason, credential } : { ok: false, reason };

/** When a credential ends: null for one that does not. */
export interface Lifetime {
  expiresAt: Date | null;
  revokedAt: Date | null;
}

/** Why a credential is no longer live at `now` (epoch milliseconds), else null. */
export const endOf = ({ expiresAt, revokedAt }: Lifetime, now: number): "revoked" | "expired" | null => {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && expiresAt.getTime() <= now ? "expired" : null;
};

/** The same for what a token was made from. */
export const endOfParent = (lifetime: Lifetime, now: number): "parent_revoked" | "parent_expired" | null => {
  const end = endOf(lifetime, now);
  return end && `parent_${end}`;
};
