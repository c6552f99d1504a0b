import { createId } from "@trigger.dev/core/ids";
import type { Pool } from "pg";
import { type AuditEntry, type AuditRow, auditValues, enterAudit } from "../services/audit.server.js";
import type { AuditKey } from "./audit-key.server.js";
import type { LostRow } from "./witness.server.js";

/** What is kept of a loss outside the database, and said in the log. */
export interface Loss {
  kind: LostRow["kind"];
  /** The organization whose trail lacks it; null for the instance's, and for a personal event that no trail has. */
  organizationId: string | null;
  /** The first of them. */
  id: string;
  action: string;
  at: string;
  /** How many of one organization went with it. */
  rows: number;
}

export interface LossReporterOptions {
  pool: Pool;
  auditKey: AuditKey;
  /** Takes losses where the database's owner does not reach. */
  keep(losses: readonly Loss[]): void;
}

const MOST_NAMED = 100;
/** Reports that could still be deleted themselves. */
const MOST_REPORTS = 1_000;

/** The actions of events that say that others went, or say something else, before they were sealed. */
export const LOSS_ACTIONS = { missing: "audit.missing", altered: "audit.altered" } as const;

/**
 * Says what was lost: outside the database, and as events of the trails that lack it. A report that is deleted is
 * written again.
 */
export function createLossReporter({ pool, auditKey, keep }: LossReporterOptions) {
  const reports = new Map<string, AuditEntry>();
  /** What comes again because it could not be written in the trail. */
  const kept = new WeakSet<LostRow>();

  return async (lost: readonly LostRow[]): Promise<AuditRow[]> => {
    const events = lost.filter(({ row }) => !reports.has(row.id));
    const groups = groupLosses(events);
    const fresh = groupLosses(events.filter((one) => !kept.has(one)));
    for (const one of events) kept.add(one);
    if (fresh.length > 0) keep(fresh.map(lossOf));
    const again = lost.flatMap(({ row }) => reports.get(row.id) ?? []);
    const context = { auditKey, requestId: createId("req"), clientAddress: "local" };
    const written = [...groups.map(entryOf), ...again].map((entry) => ({ entry, row: auditValues(context, entry) }));
    await enterAudit(
      pool,
      written.map(({ row }) => row),
    );
    for (const { row } of lost) reports.delete(row.id);
    for (const { row, entry } of written) reports.set(row.id, entry);
    for (const id of [...reports.keys()].slice(0, Math.max(0, reports.size - MOST_REPORTS))) reports.delete(id);
    return written.map(({ row }) => row);
  };
}

/** Losses of one kind in one trail, at least one. */
type Group = readonly [LostRow, ...LostRow[]];

function groupLosses(lost: readonly LostRow[]): Group[] {
  const groups = new Map<string, [LostRow, ...LostRow[]]>();
  for (const one of lost) {
    const { organizationId, concerns } = one.row;
    const key = JSON.stringify([one.kind, organizationId, organizationId === null && concerns]);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
}

const lossOf = ([{ kind, row }, ...others]: Group): Loss => ({
  kind,
  organizationId: row.organizationId,
  id: row.id,
  action: row.action,
  at: row.at,
  rows: others.length + 1,
});

function entryOf(group: Group): AuditEntry {
  const { kind, id, action, at, rows } = lossOf(group);
  const [{ row }] = group;
  return {
    action: LOSS_ACTIONS[kind],
    outcome: "allowed",
    organizationId: row.organizationId,
    concerns: row.organizationId === null ? row.concerns : null,
    credential: { kind: "server" },
    target: id,
    detail: { action, at, rows, ids: group.slice(0, MOST_NAMED).map((one) => one.row.id) },
  };
}
