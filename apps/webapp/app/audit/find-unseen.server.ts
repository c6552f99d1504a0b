import type { Pool } from "pg";
import type { AuditRow } from "../services/audit.server.js";
import { byteaText } from "./event-mac.js";

/** What is remembered of a row that was written. */
export type WrittenRow = Pick<AuditRow, "id" | "at" | "action" | "organizationId" | "concerns" | "mac">;

/** Numbers of rows: after the first, up to and with the second. */
export interface SeqRange {
  after: string;
  upTo: string;
  /** How many rows the links list there; more are there only where numbers were given out twice. Null: no link does. */
  listed: string | null;
}

export interface Unseen {
  /** In the order of the rows that were asked for. */
  rows: WrittenRow[];
  /** There are more rows in the range than the links list. */
  isCrowded: boolean;
}

const MAC_BYTES = 32;
/** Whether a row was to be entered for a membership that is younger than this is not known. */
const MEMBER_FOR = "5 minutes";

/**
 * `$1` holds all MACs, and each group of rows a part of them. EXCEPT is hashed or sorted whatever PostgreSQL knows of
 * the tables; a join could become one scan for each row.
 */
const FIND = `
  WITH given AS (
    SELECT g.organization_id, g.concerns, g.since, substr($1::bytea, n * ${MAC_BYTES} + 1, ${MAC_BYTES}) AS mac
    FROM unnest($2::text[], $3::text[], $4::timestamptz[], $5::int[], $6::int[])
        AS g (organization_id, concerns, since, first, last),
      generate_series(g.first, g.last) AS n),
  found AS MATERIALIZED (SELECT mac, organization_id FROM audit_event WHERE seq > $7::bigint AND seq <= $8::bigint)
  SELECT mac, organization_id AS "organizationId" FROM (
    (SELECT mac, organization_id FROM given
     UNION ALL
     SELECT mac, m.organization_id FROM given JOIN organization_member m
       ON given.organization_id IS NULL AND m.user_id = concerns AND m.since < given.since - interval '${MEMBER_FOR}')
    EXCEPT
    (SELECT mac, organization_id FROM found UNION ALL SELECT mac, NULL FROM found)) unseen
  UNION ALL SELECT NULL, NULL WHERE (SELECT count(*) FROM found) > $9::bigint`;

/** Rows of one organization, or personal ones of one person. */
interface Group {
  organizationId: string | null;
  concerns: string | null;
  since: string;
  rows: WrittenRow[];
}

function groupRows(rows: readonly WrittenRow[]): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const { organizationId, concerns, at } = row;
    const key = organizationId === null ? ` ${concerns}` : organizationId;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { organizationId, concerns, since: at, rows: [row] });
    else {
      group.rows.push(row);
      if (at < group.since) group.since = at;
    }
  }
  return [...groups.values()];
}

/**
 * Those of the rows that have no number in the range. A personal row belongs in the trail of each organization of the
 * person's: one that only some trails lack is answered once for each of those, with its organization.
 */
export async function findUnseen(pool: Pool, rows: readonly WrittenRow[], range: SeqRange): Promise<Unseen> {
  const groups = groupRows(rows);
  let next = 0;
  const places = groups.map((group) => ({ first: next, last: (next += group.rows.length) - 1 }));
  const answer = await pool.query<{ mac: Buffer | null; organizationId: string | null }>({
    name: "audit-unseen",
    text: FIND,
    values: [
      `\\x${groups.flatMap((group) => group.rows.map(({ mac }) => mac.slice(2))).join("")}`,
      groups.map(({ organizationId }) => organizationId),
      groups.map(({ concerns }) => concerns),
      groups.map(({ since }) => since),
      places.map(({ first }) => first),
      places.map(({ last }) => last),
      range.after,
      range.upTo,
      range.listed,
    ],
  });
  if (answer.rows.length === 0) return { rows: [], isCrowded: false };
  const lacking = new Map<string, (string | null)[]>();
  for (const { mac, organizationId } of answer.rows) {
    if (mac === null) continue;
    const trails = lacking.get(byteaText(mac));
    if (trails) trails.push(organizationId);
    else lacking.set(byteaText(mac), [organizationId]);
  }
  const unseen = rows.flatMap((row) => {
    const trails = lacking.get(row.mac) ?? [];
    if (trails.includes(row.organizationId)) return [row];
    return row.organizationId === null
      ? trails.map((organizationId) => ({ ...row, organizationId, concerns: null }))
      : [];
  });
  return { rows: unseen, isCrowded: answer.rows.some(({ mac }) => mac === null) };
}

/** A row as it stands, with its MAC as the text of a `bytea`. */
export interface StandingRow {
  id: string;
  mac: string;
  organizationId: string;
  seq: string;
  /** One of the newest links of its organization lists it. */
  isSealed: boolean;
}

/** Links of one organization in more than a day. */
const RECENT = 100_000;

/** Every row that says it is of these moments, whatever its number. */
export async function findByTime(pool: Pool, { from, to }: { from: Date; to: Date }): Promise<StandingRow[]> {
  const { rows } = await pool.query<StandingRow>(
    `WITH found AS MATERIALIZED (SELECT * FROM audit_event WHERE at BETWEEN $1 AND $2),
       listed AS MATERIALIZED (
         SELECT o.id AS organization_id, unnest(l.seqs) AS seq
         FROM (SELECT DISTINCT organization_id AS id FROM found) o,
           LATERAL (SELECT seqs, through FROM audit_seal WHERE organization_id = o.id ORDER BY number DESC LIMIT ${RECENT}) l
         WHERE l.through >= (SELECT min(seq) FROM found))
     SELECT id, '\\x' || encode(mac, 'hex') AS mac, organization_id AS "organizationId", seq::text,
       (organization_id, seq) IN (SELECT organization_id, seq FROM listed) AS "isSealed"
     FROM found`,
    [from, to],
  );
  return rows;
}
