import { type BatchResultsResponseBody, type BatchResultsSearchParams, MOST_BATCH_ITEMS } from "@trigger.dev/core/v3";
import { isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { isFinal } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";
import { AppError, notFound } from "../api/errors.js";
import { PAYLOAD_BODY_LIMIT } from "../api/read-body.js";
import { scopesToReadRun } from "./run-access.js";
import { RESULT_COLUMNS, type ResultRow, runResult } from "./run-result.js";

/** Of one answer: as much as a single run may have, which so can be read in any case. */
const MOST_BYTES = PAYLOAD_BODY_LIMIT;

const EXISTS = "SELECT 1 FROM batch WHERE environment_id = $1 AND id = $2";
/** Says in each of its rows how many bytes there are together; without a run, or with too many bytes, there is one row. */
const PAGE = `
  WITH item AS (
    SELECT index, environment_id, run_id FROM batch_item
    WHERE environment_id = $1 AND batch_id = $2 AND triggered AND index > $3 ORDER BY index LIMIT $4),
  found AS (
    SELECT item.index, run.* FROM item CROSS JOIN LATERAL (
      SELECT ${RESULT_COLUMNS} FROM run WHERE environment_id = item.environment_id AND id = item.run_id LIMIT 1) AS run),
  total AS (
    SELECT coalesce(sum(coalesce(octet_length(output), 0) + coalesce(octet_length(failure::text), 0)), 0) AS bytes
    FROM found)
  SELECT total.bytes::integer, found.* FROM total LEFT JOIN found ON bytes <= $5 ORDER BY index`;

type Row = { bytes: number } & ((ResultRow & { index: number }) | { id: null });

/**
 * How the runs of a batch of the caller's environment ended, those that are over: all of them, or a page of its items.
 * A run that an idempotency key found elsewhere is among them for those who may read it.
 * @throws AppError 404; 413 for more than one answer holds
 */
export async function retrieveBatchResults(
  { pool }: Pick<AppContext, "pool">,
  { ability, environment }: Pick<EnvironmentAuthentication, "ability" | "environment">,
  { batchId, query }: { batchId: string; query: BatchResultsSearchParams },
): Promise<BatchResultsResponseBody> {
  const key = [environment.id, batchId];
  if (!isId("batch", batchId) || (await pool.query(EXISTS, key)).rowCount === 0) throw notFound("Batch");
  const size = Number(query["page[size]"] ?? MOST_BATCH_ITEMS);
  const after = Number(query["page[after]"] ?? -1);
  const { rows } = await pool.query<Row>(PAGE, [...key, after, size + 1, MOST_BYTES]);
  if (rows.some(({ bytes }) => bytes > MOST_BYTES)) throw tooMuch();
  const found = rows.flatMap((row) => (row.id === null ? [] : [row]));
  const page = found.slice(0, size);
  const last = page.at(-1);
  return {
    id: batchId,
    items: page.filter((run) => isFinal(run.status) && ability.can(scopesToReadRun(run))).map(runResult),
    pagination: found.length > size && last ? { next: String(last.index) } : {},
  };
}

const tooMuch = () =>
  new AppError(
    "payload_too_large",
    `These results are more than ${MOST_BYTES / 1024 / 1024} MiB together: read them in pages, with page[size], or each ` +
      "by GET /api/v1/runs/:id/result.",
  );
