import type { KeyObject } from "node:crypto";
import { z } from "zod";
import type { AuditKey } from "./audit-key.server.js";
import { LOSS_ACTIONS } from "./report-lost.server.js";
import { BEGINNING, INSTANCE, sealHash } from "./seal-hash.js";
import { checkEvent, type StoredEvent } from "./stored-event.js";

/** What does not hold in a chain. Only the first of a chain is told: what comes after it is vouched for by nothing. */
export interface ChainProblem {
  kind: "altered" | "missing" | "added" | "link";
  /** The row's number; null where it is a link of the chain. */
  seq: string | null;
  /** The event's id, where the row is still there. */
  id: string | null;
  message: string;
}

/** Where the check of one chain stands. */
export interface ChainState {
  rows: number;
  unsigned: number;
  unsealed: number;
  /** The newest link, null before the first. */
  head: { number: bigint; hash: Buffer } | null;
  /** Rows up to here were removed by a retention that the trail records. */
  retainedThrough: bigint;
  problem: ChainProblem | null;
}

/** A link as the database answers it. */
export interface StoredLink {
  organizationId: string;
  number: string;
  sealedAt: Date;
  through: string;
  seqs: string[];
  organizations: string[];
  hash: Buffer;
}

/** The links that were made together, and the rows of the numbers that they cover. */
export interface Batch {
  through: string;
  links: readonly StoredLink[];
  rows: readonly StoredEvent[];
}

const Detail = z.object({
  action: z.string().catch(""),
  at: z.string().catch(""),
  rows: z.number().catch(1),
});

const linkProblem = (message: string): ChainProblem => ({ kind: "link", seq: null, id: null, message });

const rowProblem = (kind: "altered" | "added", { seq, id, action }: StoredEvent, why: string): ChainProblem => ({
  kind,
  seq,
  id,
  message: `row ${seq} (${id}, ${action}) ${why}`,
});

/** What an event of the trail says that was lost before it was sealed; null for any other event. */
function lossOf({ seq, action, target, detail }: StoredEvent): ChainProblem | null {
  const kind = action === LOSS_ACTIONS.missing ? "missing" : action === LOSS_ACTIONS.altered ? "altered" : null;
  if (kind === null) return null;
  const { action: of, at, rows } = Detail.parse(detail ?? {});
  const others = rows > 1 ? `, with ${rows - 1} more` : "";
  const when = `${of === "" ? "" : `, ${of}`}${at === "" ? "" : ` of ${at}`}`;
  const gone = kind === "missing" ? "is missing" : "was altered";
  return {
    kind,
    seq: null,
    id: target,
    message: `the row ${target}${when} ${gone}${others}: it went before it was sealed, says row ${seq}`,
  };
}

/** The first row that does not say what it said, or that says so of others, whatever chain it is in. */
export function checkRow(auditKey: AuditKey, state: ChainState, row: StoredEvent): void {
  const found = checkEvent(auditKey, row);
  state.rows += 1;
  if (found === "unsigned") state.unsigned += 1;
  if (found === "altered")
    state.problem ??= rowProblem("altered", row, "was altered, or was not written by this server");
  if (found === "genuine") state.problem ??= lossOf(row);
}

/** Holds the rows and links of one batch against one another. */
export function checkBatch(auditKey: AuditKey, stateOf: (id: string) => ChainState, batch: Batch): void {
  const links = new Map(batch.links.map((link) => [link.organizationId, link]));
  const rows = groupRows(batch.rows);
  for (const row of batch.rows) checkRow(auditKey, stateOf(row.organizationId), row);
  const instance = links.get(INSTANCE);
  if (!instance) {
    stateOf(INSTANCE).problem ??= linkProblem(`its link over the rows up to ${batch.through} is missing`);
  }
  for (const id of new Set([...rows.keys(), ...(instance?.organizations ?? [])])) {
    if (links.has(id)) continue;
    const first = rows.get(id)?.[0];
    stateOf(id).problem ??= instance?.organizations.includes(id)
      ? linkProblem(`its link over the rows up to ${batch.through} is missing`)
      : first
        ? rowProblem("added", first, "is in no link: it was put in later")
        : null;
  }
  for (const link of batch.links) {
    checkLink(auditKey, stateOf(link.organizationId), { link, rows: rows.get(link.organizationId) ?? [], links });
  }
}

function checkLink(
  { key }: AuditKey,
  state: ChainState,
  { link, rows, links }: { link: StoredLink; rows: readonly StoredEvent[]; links: ReadonlyMap<string, StoredLink> },
): void {
  const before = state.head;
  state.head = { number: BigInt(link.number), hash: link.hash };
  if (state.problem) return;
  const expected = (before?.number ?? 0n) + 1n;
  if (state.head.number !== expected) {
    state.problem = linkProblem(`link ${expected} of its chain is missing`);
    return;
  }
  const found = new Map(rows.map((row) => [row.seq, row]));
  const missing = link.seqs.filter((seq) => !found.has(seq));
  const lost = missing.find((seq) => BigInt(seq) > state.retainedThrough);
  const listed = new Set(link.seqs);
  const added = rows.find(({ seq }) => !listed.has(seq));
  if (lost !== undefined) {
    state.problem = {
      kind: "missing",
      seq: lost,
      id: null,
      message: `row ${lost} is missing: ${link.sealedAt.toISOString()} it was there`,
    };
  } else if (added) {
    state.problem = rowProblem("added", added, "is in no link: it was put in later");
  } else if (missing.length === 0 && !recomputed(key, { link, found, links, before }).equals(link.hash)) {
    const range = link.seqs.length > 0 ? ` over the rows ${link.seqs[0]} to ${link.seqs.at(-1)}` : "";
    state.problem = linkProblem(
      `link ${link.number} of its chain${range} does not fit: it, or a row of it, was altered`,
    );
  }
}

function recomputed(
  key: KeyObject,
  {
    link,
    found,
    links,
    before,
  }: {
    link: StoredLink;
    found: ReadonlyMap<string, StoredEvent>;
    links: ReadonlyMap<string, StoredLink>;
    before: ChainState["head"];
  },
): Buffer {
  const others = [...links.values()].filter(({ organizationId }) => organizationId !== INSTANCE);
  return sealHash(key, before?.hash ?? BEGINNING, {
    organizationId: link.organizationId,
    number: BigInt(link.number),
    sealedAt: link.sealedAt,
    through: BigInt(link.through),
    rows: link.seqs.flatMap((seq) => {
      const row = found.get(seq);
      return row ? [{ seq: BigInt(seq), mac: row.mac }] : [];
    }),
    witnessed:
      link.organizationId === INSTANCE ? others.toSorted((a, b) => (a.organizationId < b.organizationId ? -1 : 1)) : [],
  });
}

function groupRows(rows: readonly StoredEvent[]): Map<string, StoredEvent[]> {
  const groups = new Map<string, StoredEvent[]>();
  for (const row of rows) {
    const group = groups.get(row.organizationId);
    if (group) group.push(row);
    else groups.set(row.organizationId, [row]);
  }
  return groups;
}
