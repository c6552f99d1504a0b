import type { AuditEvent, ListAuditQuery } from "@trigger.dev/core/v3";
import type { Pool } from "pg";
import { z } from "zod";

interface Row {
  seq: string;
  id: string;
  at: Date;
  action: string;
  outcome: AuditEvent["outcome"];
  reason: string | null;
  userId: string | null;
  email: string | null;
  credential: unknown;
  target: string | null;
  address: string | null;
  requestId: string | null;
  detail: Record<string, unknown> | null;
}

/** An event, with the number that pages go by. */
export interface NumberedEvent {
  seq: string;
  event: AuditEvent;
}

const COLUMNS = `e.seq::text, e.id, e.at, e.action, e.outcome, e.reason, e.user_id AS "userId", u.email, e.credential,
  e.target, e.address, e.request_id AS "requestId", e.detail`;

/** Reads an organization's events before a number, newest first. Nothing of another organization is ever in reach. */
export async function readEvents(
  pool: Pool,
  organizationId: string,
  { query, before, limit }: { query: ListAuditQuery; before: string | null; limit: number },
): Promise<NumberedEvent[]> {
  const values: unknown[] = [organizationId];
  const conditions = ["e.organization_id = $1"];
  const where = (condition: string, value: unknown) => {
    if (value === undefined || value === null) return;
    values.push(value);
    conditions.push(condition.replaceAll("?", `$${values.length}`));
  };
  where("e.seq < ?", before);
  where(`e.user_id IN (SELECT id FROM "user" WHERE id = ? OR email = lower(?))`, query.actor);
  where("(e.credential->>'id' = ? OR e.credential->>'parentId' = ? OR e.target = ?)", query.credential);
  where("e.action = ANY(?)", query.actions);
  where("e.outcome = ?", query.outcome);
  where("e.request_id = ?", query.requestId);
  where("e.at >= ?", query.from);
  where("e.at < ?", query.to);
  values.push(limit);
  const { rows } = await pool.query<Row>(
    `SELECT ${COLUMNS} FROM audit_event e LEFT JOIN "user" u ON u.id = e.user_id
     WHERE ${conditions.join(" AND ")} ORDER BY e.seq DESC LIMIT $${values.length}`,
    values,
  );
  return rows.map((row) => ({ seq: row.seq, event: auditEvent(row) }));
}

const Credential = z.object({
  kind: z.string(),
  id: z.string().nullish(),
  parentId: z.string().nullish(),
  client: z.string().nullish(),
});

function auditEvent({ seq: _seq, at, userId, email, credential, ...rest }: Row): AuditEvent {
  const parsed = Credential.safeParse(credential);
  return {
    ...rest,
    at: at.toISOString(),
    actor: userId === null ? null : { id: userId, email },
    credential: parsed.success
      ? {
          kind: parsed.data.kind,
          id: parsed.data.id ?? null,
          parentId: parsed.data.parentId ?? null,
          client: parsed.data.client ?? null,
          clientVerified: false,
        }
      : null,
  };
}
