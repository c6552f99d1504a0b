import type { Pool } from "pg";
import { findByTime, findUnseen, type SeqRange, type StandingRow, type WrittenRow } from "./find-unseen.server.js";

/**
 * Remembers the rows that this process wrote until they are sealed. From then on the links miss a row that goes; before
 * that nothing in the database does.
 */
export interface Witness {
  /** Takes a row once its transaction has committed. */
  saw(row: WrittenRow): void;
  /** Looks whether all that is remembered is there, forgets what is sealed, and tells of what is gone. */
  check(): Promise<void>;
  /** How many rows are remembered. */
  waiting(): number;
}

/** A row that went, or says something else, before it was sealed. */
export interface LostRow {
  kind: "missing" | "altered";
  /** With the organization whose trail lacks it; null for a personal row that is in no trail. */
  row: WrittenRow;
}

export interface WitnessOptions {
  pool: Pool;
  /** Hears of each lost row once, or again when it throws. Answers the rows that it wrote, to be remembered in turn. */
  report(lost: readonly LostRow[]): Promise<readonly WrittenRow[]>;
  onError(error: unknown): void;
}

/** Only while a transaction that stays open keeps them from being sealed are there ever so many. */
const MOST_WAITING = 100_000;
/** Rows whose time and whose link's time are of two machines are still found by their number. */
const CLOCKS_MS = 1_000;
const LAST = "9223372036854775807";

/**
 * Of the newest links those that were made since `$1`, by the instance's chain, which names whose chains got one too. An
 * organization has at most one beside each of the instance's.
 */
const SEALED = `
  WITH span AS (
    SELECT coalesce(max(i.number), 0) AS last, coalesce(max(i.through), 0) AS "upTo",
      coalesce(max(b.number), 0) AS first, coalesce(max(b.through), 0) AS after
    FROM (SELECT number, through FROM audit_seal WHERE organization_id = '' ORDER BY number DESC LIMIT 1) i
    LEFT JOIN (SELECT number, through FROM audit_seal WHERE organization_id = '' AND sealed_at < $1
      ORDER BY number DESC LIMIT 1) b ON true),
  chains AS (
    SELECT DISTINCT unnest(array_append(i.organizations, '')) AS id FROM audit_seal i, span
    WHERE i.organization_id = '' AND i.number > span.first)
  SELECT span.after::text AS after, span."upTo"::text AS "upTo", coalesce((
    SELECT sum(cardinality(l.seqs)) FROM chains, LATERAL (
      SELECT seqs, through FROM audit_seal WHERE organization_id = chains.id
      ORDER BY number DESC LIMIT span.last - span.first) l
    WHERE l.through > span.after AND l.through <= span."upTo"), 0)::text AS listed
  FROM span`;

const nameOf = ({ kind, row }: LostRow): string => JSON.stringify([kind, row.id, row.organizationId]);

export function createWitness({ pool, report, onError }: WitnessOptions): Witness {
  let waiting: WrittenRow[] = [];
  let untold: readonly LostRow[] = [];
  let lostBefore = new Set<string>();

  const tell = async (lost: readonly LostRow[]) => {
    untold = [...untold, ...lost];
    if (untold.length === 0) return;
    waiting.push(...(await report(untold)));
    untold = [];
  };

  /** Answers those that are not sealed yet, and those that are lost. */
  const look = async (rows: readonly WrittenRow[]): Promise<{ open: WrittenRow[]; lost: LostRow[] }> => {
    const sealed = await readSealed(pool, rows);
    const { rows: open, isCrowded } = await findUnseen(pool, rows, sealed);
    if (isCrowded) return searchByTime(pool, [...new Set([...rows, ...open])], sealed);
    if (open.length === 0) return { open, lost: [] };
    const { rows: suspects } = await findUnseen(pool, open, { after: sealed.upTo, upTo: LAST, listed: null });
    if (suspects.length === 0) return { open, lost: [] };
    const found = await searchByTime(pool, suspects, sealed);
    const isSuspect = new Set(suspects);
    return { open: [...open.filter((row) => !isSuspect.has(row)), ...found.open], lost: found.lost };
  };

  return {
    saw(row) {
      waiting.push(row);
    },
    waiting: () => waiting.length + untold.length,
    async check() {
      const rows = waiting;
      waiting = [];
      let lost: LostRow[] = [];
      if (rows.length > 0) {
        const found = await look(rows).catch((error: unknown) => {
          waiting = [...rows, ...waiting];
          throw error;
        });
        waiting = [...found.open, ...waiting];
        // A personal row that one trail lacks is looked at again as long as another's is not sealed.
        const byName = new Map(found.lost.map((one) => [nameOf(one), one]));
        lost = [...byName].flatMap(([name, one]) => (lostBefore.has(name) ? [] : [one]));
        lostBefore = new Set(byName.keys());
      }
      await tell(lost);
      if (waiting.length <= MOST_WAITING) return;
      onError(new Error("the audit trail has not been sealed for so long that rows are no longer watched"));
      waiting = waiting.slice(-MOST_WAITING);
    },
  };
}

/** What is sealed, beginning with what was not when the first of the rows was made. */
async function readSealed(pool: Pool, rows: readonly WrittenRow[]): Promise<SeqRange> {
  const first = rows.reduce((least, { at }) => Math.min(least, Date.parse(at)), Number.POSITIVE_INFINITY);
  const answer = await pool.query<SeqRange>({
    name: "audit-sealed",
    text: SEALED,
    values: [new Date(first - CLOCKS_MS)],
  });
  return answer.rows[0] ?? { after: "0", upTo: "0", listed: "0" };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** Looks for rows wherever they stand. One whose number is among the sealed ones must be in a link: verifying names it. */
async function searchByTime(
  pool: Pool,
  rows: readonly WrittenRow[],
  { upTo }: SeqRange,
): Promise<{ open: WrittenRow[]; lost: LostRow[] }> {
  const times = rows.map(({ at }) => Date.parse(at));
  const present = await findByTime(pool, {
    from: new Date(times.reduce((least, time) => Math.min(least, time))),
    to: new Date(times.reduce((most, time) => Math.max(most, time))),
  });
  const byMac = groupBy(present, ({ mac }) => mac);
  const byId = groupBy(present, ({ id }) => id);
  const open: WrittenRow[] = [];
  const lost: LostRow[] = [];
  for (const row of rows) {
    const isIn = ({ organizationId }: StandingRow) =>
      row.organizationId === null || organizationId === row.organizationId;
    const standing = (byMac.get(row.mac) ?? []).filter(isIn);
    if (standing.length === 0) lost.push({ kind: (byId.get(row.id) ?? []).some(isIn) ? "altered" : "missing", row });
    for (const { organizationId, seq, isSealed } of standing) {
      if (!isSealed && BigInt(seq) <= BigInt(upTo))
        lost.push({ kind: "altered", row: { ...row, organizationId: organizationId } });
    }
    if (standing.some(({ seq }) => BigInt(seq) > BigInt(upTo))) open.push(row);
  }
  return { open, lost };
}
