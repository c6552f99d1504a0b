import type { KeyObject } from "node:crypto";
import { inTransaction } from "@trigger.dev/run-engine";
import type { ClientBase, Pool } from "pg";
import type { Head } from "./anchor.js";
import { BEGINNING, INSTANCE, sealHash, type Link } from "./seal-hash.js";

/** Any number, the same in every version: one process seals at a time. */
const ADVISORY_LOCK = 727_363_002;
const MOST_AT_ONCE = 5_000;

export interface Sealed {
  /** Null when there was nothing to seal. */
  head: Head | null;
  /** Every row up to here is sealed. */
  through: bigint;
}

interface Row {
  seq: bigint;
  organizationId: string;
  mac: Buffer;
}

interface LastLink {
  number: bigint;
  hash: Buffer;
}

/**
 * Adds a link to the chain of each organization that has new rows up to `horizon`, and one to the instance's chain
 * over those links. Reads no more of a row than its number and its MAC.
 * @returns "busy" while another process seals
 */
export async function sealRows(pool: Pool, key: KeyObject, horizon: bigint): Promise<Sealed | "busy"> {
  return inTransaction(pool, async (client) => {
    const lock = await client.query<{ got: boolean }>("SELECT pg_try_advisory_xact_lock($1) AS got", [ADVISORY_LOCK]);
    if (lock.rows[0]?.got !== true) return "busy";
    const sealedThrough = await readThrough(client);
    const rows = await readRows(client, sealedThrough, horizon);
    const last = rows.at(-1);
    if (last === undefined) return { head: null, through: horizon > sealedThrough ? horizon : sealedThrough };
    const through = rows.length < MOST_AT_ONCE ? horizon : last.seq;
    const head = await addLinks(client, key, { rows, through });
    return { head, through };
  });
}

async function readThrough(client: ClientBase): Promise<bigint> {
  const { rows } = await client.query<{ through: string }>(
    "SELECT through::text FROM audit_seal WHERE organization_id = '' ORDER BY number DESC LIMIT 1",
  );
  return BigInt(rows[0]?.through ?? 0);
}

async function readRows(client: ClientBase, after: bigint, horizon: bigint): Promise<Row[]> {
  const { rows } = await client.query<{ seq: string; organizationId: string; mac: Buffer }>({
    name: "audit-unsealed",
    text: `SELECT seq::text, organization_id AS "organizationId", mac FROM audit_event
           WHERE seq > $1 AND seq <= $2 ORDER BY audit_event.seq LIMIT $3`,
    values: [after, horizon, MOST_AT_ONCE],
  });
  return rows.map((row) => ({ ...row, seq: BigInt(row.seq) }));
}

async function readLastLinks(client: ClientBase, organizationIds: readonly string[]): Promise<Map<string, LastLink>> {
  const { rows } = await client.query<{ id: string; number: string; hash: Buffer }>({
    name: "audit-last-links",
    text: `SELECT o.id, s.number::text, s.hash FROM unnest($1::text[]) AS o (id), LATERAL (
             SELECT number, hash FROM audit_seal WHERE organization_id = o.id ORDER BY number DESC LIMIT 1) s`,
    values: [organizationIds],
  });
  return new Map(rows.map(({ id, number, hash }) => [id, { number: BigInt(number), hash }]));
}

function groupByOrganization(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.organizationId);
    if (group) group.push(row);
    else groups.set(row.organizationId, [row]);
  }
  return groups;
}

async function addLinks(
  client: ClientBase,
  key: KeyObject,
  { rows, through }: { rows: readonly Row[]; through: bigint },
): Promise<Head> {
  const sealedAt = new Date();
  const byOrganization = groupByOrganization(rows);
  const organizations = [...byOrganization.keys()].filter((id) => id !== INSTANCE).toSorted();
  const last = await readLastLinks(client, [INSTANCE, ...organizations]);
  const next = (organizationId: string, witnessed: Link["witnessed"]) => {
    const before = last.get(organizationId) ?? { number: 0n, hash: BEGINNING };
    const link: Link = {
      organizationId,
      number: before.number + 1n,
      sealedAt,
      through,
      rows: byOrganization.get(organizationId) ?? [],
      witnessed,
    };
    return { ...link, hash: sealHash(key, before.hash, link) };
  };
  const links = organizations.map((id) => next(id, []));
  const instance = next(
    INSTANCE,
    links.map(({ organizationId, hash }) => ({ organizationId, hash })),
  );
  await insert(client, [...links, instance]);
  return { number: `${instance.number}`, hash: instance.hash.toString("hex"), at: sealedAt.toISOString() };
}

async function insert(client: ClientBase, links: readonly (Link & { hash: Buffer })[]): Promise<void> {
  await client.query({
    name: "audit-seal",
    text: `INSERT INTO audit_seal (organization_id, number, sealed_at, through, seqs, organizations, hash)
           SELECT organization_id, number, sealed_at, through, seqs::bigint[], organizations::text[], hash
           FROM unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::bigint[], $5::text[], $6::text[], $7::bytea[])
             AS s (organization_id, number, sealed_at, through, seqs, organizations, hash)`,
    values: [
      links.map((link) => link.organizationId),
      links.map((link) => link.number),
      links.map((link) => link.sealedAt),
      links.map((link) => link.through),
      links.map((link) => `{${link.rows.map(({ seq }) => seq).join(",")}}`),
      links.map((link) => `{${link.witnessed.map(({ organizationId }) => organizationId).join(",")}}`),
      links.map((link) => link.hash),
    ],
  });
}
