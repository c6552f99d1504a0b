import type { ClientBase, Pool } from "pg";
import type { AuditKey } from "./audit-key.server.js";
import { checkBatch, checkRow, type ChainProblem, type ChainState, type StoredLink } from "./check-batch.js";
import { readCursor } from "./read-cursor.server.js";
import { INSTANCE } from "./seal-hash.js";
import { checkEvent, STORED_COLUMNS, type StoredEvent } from "./stored-event.js";

/** What the check of one chain found. */
export interface ChainReport {
  /** Null: the instance's own. */
  organizationId: string | null;
  /** Null for the instance, and for an organization that is gone. */
  slug: string | null;
  rows: number;
  /** Written in the last moments: each says what it said, but one that went would not be missed yet. */
  unsealed: number;
  /** From before the trail was signed. */
  unsigned: number;
  head: { number: string; hash: string } | null;
  problem: ChainProblem | null;
}

const LINKS = `SELECT organization_id AS "organizationId", number::text, sealed_at AS "sealedAt", through::text,
  seqs::text[], organizations, hash FROM audit_seal ORDER BY audit_seal.through, organization_id`;
const ROWS = `SELECT ${STORED_COLUMNS} FROM audit_event ORDER BY audit_event.seq`;
/** A genuine row that was copied: its event is entered twice in one trail. */
const REPEATED = `SELECT DISTINCT ON (organization_id) organization_id AS "organizationId", id, max(seq)::text AS seq
  FROM audit_event GROUP BY organization_id, id HAVING count(*) > 1 ORDER BY organization_id, max(audit_event.seq)`;

/**
 * Reads the whole trail once, in the order in which it was written, and holds every row against its MAC, every link
 * against its rows and the link before it. Memory is bounded by one batch and the number of organizations.
 */
export async function verifyTrail(pool: Pool, auditKey: AuditKey): Promise<ChainReport[]> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const states = await check(client, auditKey);
    const reports = await report(client, states);
    await client.query("COMMIT");
    client.release();
    return reports;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function check(client: ClientBase, auditKey: AuditKey): Promise<Map<string, ChainState>> {
  const retained = await readRetentions(client, auditKey);
  const states = new Map<string, ChainState>();
  const stateOf = (id: string): ChainState => {
    const known = states.get(id);
    if (known) return known;
    const retainedThrough = retained.get(id) ?? 0n;
    const made = { rows: 0, unsigned: 0, unsealed: 0, head: null, retainedThrough, problem: null };
    states.set(id, made);
    return made;
  };
  stateOf(INSTANCE);

  const rows = readCursor<StoredEvent>(client, { name: "audit_rows", text: ROWS });
  let next = await rows.next();
  for await (const links of batches(readCursor<StoredLink>(client, { name: "audit_links", text: LINKS }))) {
    const through = links[0]?.through ?? "0";
    const covered: StoredEvent[] = [];
    for (; next.done !== true && BigInt(next.value.seq) <= BigInt(through); next = await rows.next()) {
      covered.push(next.value);
    }
    checkBatch(auditKey, stateOf, { through, links, rows: covered });
  }
  for (; next.done !== true; next = await rows.next()) {
    const state = stateOf(next.value.organizationId);
    state.unsealed += 1;
    checkRow(auditKey, state, next.value);
  }
  const repeated = await client.query<{ organizationId: string; id: string; seq: string }>(REPEATED);
  for (const { organizationId, id, seq } of repeated.rows) {
    stateOf(organizationId).problem ??= { kind: "added", seq, id, message: `row ${seq} (${id}) is there twice` };
  }
  return states;
}

/** The links of one number together. */
async function* batches(links: AsyncIterable<StoredLink>): AsyncGenerator<StoredLink[]> {
  let batch: StoredLink[] = [];
  for await (const link of links) {
    if (batch[0] && batch[0].through !== link.through) {
      yield batch;
      batch = [];
    }
    batch.push(link);
  }
  if (batch.length > 0) yield batch;
}

/** How far each trail was shortened, as genuine events of the instance's trail say. */
async function readRetentions(client: ClientBase, auditKey: AuditKey): Promise<Map<string, bigint>> {
  const { rows } = await client.query<StoredEvent>(
    `SELECT ${STORED_COLUMNS} FROM audit_event WHERE organization_id = '' AND action = 'audit.retain' ORDER BY audit_event.seq`,
  );
  const retained = new Map<string, bigint>();
  for (const row of rows) {
    const { detail } = row;
    if (checkEvent(auditKey, row) !== "genuine" || typeof detail !== "object" || detail === null) continue;
    const through: unknown = Reflect.get(detail, "through");
    if (typeof through === "string") retained.set(row.target ?? INSTANCE, BigInt(through));
  }
  return retained;
}

async function report(client: ClientBase, states: ReadonlyMap<string, ChainState>): Promise<ChainReport[]> {
  const { rows } = await client.query<{ id: string; slug: string }>("SELECT id, slug FROM organization");
  const slugs = new Map(rows.map(({ id, slug }) => [id, slug]));
  return [...states].map(([id, { rows: count, unsealed, unsigned, head, problem }]) => ({
    organizationId: id === INSTANCE ? null : id,
    slug: slugs.get(id) ?? null,
    rows: count,
    unsealed,
    unsigned,
    head: head && { number: `${head.number}`, hash: head.hash.toString("hex") },
    problem,
  }));
}
