import type { Pool, PoolClient } from "pg";
import type { OccurrenceKey, StoredOccurrence } from "./occurrence.js";

/** Taken off the outbox: gone for good once the transaction is committed. */
export interface TakenOccurrence extends StoredOccurrence {
  /** Whether its group was there already. */
  isKnown: boolean;
}

const takeThese = (these: string) => `
  WITH ${these}
  taken AS (
    DELETE FROM error_outbox o USING due
    WHERE o.at = due.at AND o.environment_id = due.environment_id AND o.run_id = due.run_id
    RETURNING o.at, o.environment_id, o.run_id, o.fingerprint, o.task_identifier, o.version)
  SELECT t.at, t.environment_id AS "environmentId", t.run_id AS "runId", t.fingerprint,
    t.task_identifier AS "taskIdentifier", t.version, g.fingerprint IS NOT NULL AS "isKnown"
  FROM taken t LEFT JOIN error_group g ON g.environment_id = t.environment_id AND g.fingerprint = t.fingerprint`;

const TAKE_KEYS = takeThese(
  "due (at, environment_id, run_id) AS (SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[])),",
);

/** The first of a part of the outbox, each environment's oldest first. */
export const FIRST_OF_OUTBOX = `SELECT at, environment_id, run_id, fingerprint, task_identifier, version FROM error_outbox
    WHERE at <= $1 AND (environment_id, at, run_id) > ($2::text, $3::timestamptz, $4::text)
    ORDER BY environment_id, at, run_id LIMIT $5`;

const TAKE_FIRST = takeThese(`due AS (${FIRST_OF_OUTBOX} FOR UPDATE SKIP LOCKED),`);

/** Takes these. One that another process is just counting is waited for, and is then not among the answers. */
export async function takeOccurrences(client: PoolClient, keys: readonly OccurrenceKey[]): Promise<TakenOccurrence[]> {
  const { rows } = await client.query<TakenOccurrence>({
    name: "errors-take-keys",
    text: TAKE_KEYS,
    values: [keys.map(({ at }) => at), keys.map((key) => key.environmentId), keys.map(({ runId }) => runId)],
  });
  return rows;
}

/** Before everything that there is. */
export const START: OccurrenceKey = { at: new Date(0), environmentId: "", runId: "" };

/** A part of the outbox. */
export interface OutboxPart {
  after: OccurrenceKey;
  until: Date;
  most: number;
}

/** Of `FIRST_OF_OUTBOX`. */
export const valuesOfPart = ({ after, until, most }: OutboxPart) => [
  until,
  after.environmentId,
  after.at,
  after.runId,
  most,
];

/** Takes the first of a part, each environment's oldest first; those that another process is at are left to it. */
export async function takeFirst(client: PoolClient, part: OutboxPart): Promise<TakenOccurrence[]> {
  const values = valuesOfPart(part);
  const { rows } = await client.query<TakenOccurrence>({ name: "errors-take-first", text: TAKE_FIRST, values });
  return rows;
}

/** The first of a part, left where they are. */
export async function peekFirst(pool: Pool, part: OutboxPart): Promise<OccurrenceKey[]> {
  const { rows } = await pool.query<OccurrenceKey>(
    `SELECT at, environment_id AS "environmentId", run_id AS "runId" FROM (${FIRST_OF_OUTBOX}) AS first`,
    valuesOfPart(part),
  );
  return rows;
}
