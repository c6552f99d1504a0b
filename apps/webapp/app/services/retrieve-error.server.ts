import type { ErrorGroupDetail, ErrorGroupedBy } from "@trigger.dev/core/v3";
import { type GroupKey, settleErrorGroup } from "@trigger.dev/error-store";
import { compareVersions } from "@trigger.dev/errors";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { notFound } from "../api/errors.js";
import { errorIdOf, fingerprintOf, isoOrNull } from "./error-id.js";

interface DetailRow {
  fingerprint: string;
  taskIdentifier: string;
  errorType: string;
  errorMessage: string;
  groupedBy: ErrorGroupedBy;
  count: number;
  firstSeen: Date;
  lastSeen: Date;
  status: ErrorGroupDetail["status"];
  resolvedAt: Date | null;
  resolvedInVersion: string | null;
  resolvedBy: string | null;
  ignoredAt: Date | null;
  ignoredUntil: Date | null;
  ignoredReason: string | null;
  ignoredByUserId: string | null;
  ignoredUntilOccurrenceRate: number | null;
  ignoredUntilTotalOccurrences: number | null;
  sampleRunId: string;
  sampleStackTrace: string | null;
  sampleVersion: string | null;
  sampleAt: Date;
}

const DETAIL = `
  SELECT fingerprint, task_identifier AS "taskIdentifier", error_type AS "errorType", error_message AS "errorMessage",
    grouped_by AS "groupedBy", count::float8 AS count, first_seen AS "firstSeen", last_seen AS "lastSeen", status,
    resolved_at AS "resolvedAt", resolved_in_version AS "resolvedInVersion", resolved_by_user_id AS "resolvedBy",
    ignored_at AS "ignoredAt", ignored_until AS "ignoredUntil", ignored_reason AS "ignoredReason",
    ignored_by_user_id AS "ignoredByUserId", ignored_until_occurrence_rate AS "ignoredUntilOccurrenceRate",
    ignored_until_total_occurrences AS "ignoredUntilTotalOccurrences", sample_run_id AS "sampleRunId",
    sample_stack_trace AS "sampleStackTrace", sample_version AS "sampleVersion", sample_at AS "sampleAt"
  FROM error_group WHERE environment_id = $1 AND fingerprint = $2`;

const VERSIONS = `
  SELECT version, max(bucket_at) AS "lastDay" FROM error_bucket_day
  WHERE environment_id = $1 AND fingerprint = $2 AND version <> '' GROUP BY version ORDER BY 2 DESC LIMIT 100`;

const MOST_VERSIONS = 5;

/**
 * Reads one group of the caller's environment.
 * @throws AppError 404
 */
export async function retrieveError(
  context: Pick<AppContext, "pool" | "errors">,
  { environment }: Pick<EnvironmentAuthentication, "environment">,
  errorId: string | undefined,
): Promise<ErrorGroupDetail> {
  const key = { environmentId: environment.id, fingerprint: fingerprintOf(errorId) };
  await context.errors.catchUp(key.environmentId);
  return readErrorDetail(context, key);
}

/** @throws AppError 404 */
export async function readErrorDetail({ pool }: Pick<AppContext, "pool">, key: GroupKey): Promise<ErrorGroupDetail> {
  // An ignore whose time has passed is written down as ended by whoever looks first.
  await settleErrorGroup(pool, key);
  const values = [key.environmentId, key.fingerprint];
  const [{ rows }, versions] = await Promise.all([
    pool.query<DetailRow>({ name: "retrieve-error", text: DETAIL, values }),
    pool.query<{ version: string; lastDay: Date }>({ name: "error-versions", text: VERSIONS, values }),
  ]);
  const [row] = rows;
  if (row === undefined) throw notFound("Error");
  const { sampleRunId, sampleStackTrace, sampleVersion, sampleAt, ...group } = row;
  return {
    ...group,
    id: errorIdOf(row.fingerprint),
    firstSeen: row.firstSeen.toISOString(),
    lastSeen: row.lastSeen.toISOString(),
    resolvedAt: isoOrNull(row.resolvedAt),
    ignoredAt: isoOrNull(row.ignoredAt),
    ignoredUntil: isoOrNull(row.ignoredUntil),
    affectedVersions: newestFirst(versions.rows).slice(0, MOST_VERSIONS),
    sample: { runId: sampleRunId, stackTrace: sampleStackTrace, version: sampleVersion, at: sampleAt.toISOString() },
  };
}

/** By the versions themselves; where those cannot be compared, by when they failed last. */
const newestFirst = (rows: readonly { version: string; lastDay: Date }[]): string[] =>
  rows
    .toSorted(
      (left, right) => compareVersions(right.version, left.version) ?? right.lastDay.getTime() - left.lastDay.getTime(),
    )
    .map(({ version }) => version);
