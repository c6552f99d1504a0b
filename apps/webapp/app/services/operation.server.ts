import { REFUSED_BY_PLUGIN_SQLSTATE, type RbacController, type RoleEditor } from "@trigger.dev/plugins/rbac";
import type { Encryption } from "@trigger.dev/rbac";
import { inTransaction as inNewTransaction } from "@trigger.dev/run-engine";
import type { ClientBase, Pool, PoolClient } from "pg";
import { AppError } from "../api/errors.js";
import {
  auditValues,
  enterAudit,
  type AuditContext,
  type AuditCredential,
  type AuditEntry,
  type AuditRow,
} from "./audit.server.js";

/** What a change of users, organizations, projects and credentials needs; the request's context is one. */
export type OperationContext = AuditContext & {
  pool: Pool;
  /** A transaction under way that the change is part of; it is its opener's to commit. */
  transaction?: PoolClient;
  /** Whose role manager, if it has one, is asked before memberships and tokens' roles change. */
  rbac?: Pick<RbacController, "roles">;
};

/** The same, where environments' keys are made. */
export type SealingContext = OperationContext & { encryption: Encryption };

/** Who asks for a change: a person by a credential, or the operator at the machine. */
export interface ChangedBy {
  userId: string | null;
  credential: AuditCredential;
  /** On whose word roles change; the operator's unless given, and then nobody's but theirs. */
  editor?: RoleEditor;
}

/** The audit rows of transactions under way. */
const uncommitted = new WeakMap<ClientBase, AuditRow[]>();

/**
 * Runs `work` in one transaction, the context's own if it has one; whatever it throws undoes it all.
 * @throws AppError 409 where a trigger of the RBAC plugin's refuses the change, with its sentence
 */
export async function inTransaction<T>(
  { pool, transaction, witness }: Pick<OperationContext, "pool" | "transaction" | "witness">,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  if (transaction) return work(transaction);
  const rows: AuditRow[] = [];
  const answer = await inNewTransaction(pool, (client) => {
    uncommitted.set(client, rows);
    return work(client).finally(() => uncommitted.delete(client));
  }).catch((error: unknown) => {
    throw isRefusedByPlugin(error) ? new AppError("conflict", error.message) : error;
  });
  for (const row of rows) witness?.saw(row);
  return answer;
}

const isRefusedByPlugin = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && error.code === REFUSED_BY_PLUGIN_SQLSTATE;

/** Has a row watched over that was written in the context's transaction, or by a statement of its own. */
export function watchRow({ transaction, witness }: OperationContext, row: AuditRow): void {
  if (transaction) uncommitted.get(transaction)?.push(row);
  else witness?.saw(row);
}

/** Writes an allowed change's audit row in the change's own transaction. */
export async function auditChange(
  client: ClientBase,
  context: OperationContext,
  entry: Omit<AuditEntry, "outcome" | "userId" | "credential"> & { by: ChangedBy },
): Promise<void> {
  const { by, ...rest } = entry;
  const row = auditValues(context, { ...rest, outcome: "allowed", userId: by.userId, credential: by.credential });
  await enterAudit(client, [row]);
  uncommitted.get(client)?.push(row);
}

/** Whether a statement failed on a unique key: another was first. */
export const isTaken = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "23505";
