import type { ErrorActivityItem, ListErrorActivityResponse, ListErrorActivitySearchParams } from "@trigger.dev/core/v3";
import { DEFAULT_PAGE_SIZE } from "@trigger.dev/core/v3";
import { type GroupKey, settleErrorGroup } from "@trigger.dev/error-store";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { notFound } from "../api/errors.js";
import { pageCursors, pageEdge, type PageEdge } from "./error-cursor.server.js";
import { fingerprintOf } from "./error-id.js";

interface ActivityRow {
  sequence: number;
  id: string;
  at: Date;
  from: ErrorActivityItem["from"];
  to: ErrorActivityItem["to"];
  reason: ErrorActivityItem["reason"];
  userId: string | null;
  userName: string | null;
  credentialKind: NonNullable<ErrorActivityItem["credential"]>["kind"] | null;
  credentialId: string | null;
  client: string | null;
  version: string | null;
}

const COLUMNS = `a.sequence::float8 AS sequence, a.id, a.at, a.from_status AS "from", a.to_status AS "to", a.reason,
  a.user_id AS "userId", coalesce(u.name, u.email) AS "userName", a.credential_kind AS "credentialKind",
  a.credential_id AS "credentialId", a.client, a.version`;

/**
 * Lists the changes of one group of the caller's environment, newest first.
 * @throws AppError 404, or 400 for a cursor that is not of this list
 */
export async function listErrorActivity(
  context: Pick<AppContext, "pool" | "secrets" | "errors">,
  { environment }: Pick<EnvironmentAuthentication, "environment">,
  { errorId, query }: { errorId: string | undefined; query: ListErrorActivitySearchParams },
): Promise<ListErrorActivityResponse> {
  const key = { environmentId: environment.id, fingerprint: fingerprintOf(errorId) };
  await context.errors.catchUp(key.environmentId);
  if (!(await settleErrorGroup(context.pool, key))) throw notFound("Error");
  const size = query["page[size]"] === undefined ? DEFAULT_PAGE_SIZE : Number(query["page[size]"]);
  const scope = { sort: "activity", filters: { environment: environment.id, error: key.fingerprint } };
  const edge = pageEdge(context, scope, { after: query["page[after]"], before: query["page[before]"] });
  const found = await readRows(context, { key, edge, limit: size + 1 });
  const page = found.slice(0, size);
  if (edge?.direction === "before") page.reverse();
  const rows = page.map(({ sequence }) => ({ value: sequence, id: "" }));
  return {
    data: page.map(itemOf),
    pagination: pageCursors(context, scope, { rows, more: found.length > size, edge, asOf: 0 }),
  };
}

async function readRows(
  { pool }: Pick<AppContext, "pool">,
  { key, edge, limit }: { key: GroupKey; edge: PageEdge | undefined; limit: number },
): Promise<ActivityRow[]> {
  const [than, order] = edge?.direction === "before" ? [">", "ASC"] : ["<", "DESC"];
  const { rows } = await pool.query<ActivityRow>(
    `SELECT ${COLUMNS} FROM error_activity a LEFT JOIN "user" u ON u.id = a.user_id
     WHERE a.environment_id = $1 AND a.fingerprint = $2 AND ($3::bigint IS NULL OR a.sequence ${than} $3)
     ORDER BY a.sequence ${order} LIMIT $4`,
    [key.environmentId, key.fingerprint, edge?.cursor.value ?? null, limit],
  );
  return rows;
}

const itemOf = (row: ActivityRow): ErrorActivityItem => ({
  id: row.id,
  at: row.at.toISOString(),
  from: row.from,
  to: row.to,
  reason: row.reason,
  user: row.userId === null ? null : { id: row.userId, name: row.userName },
  credential:
    row.credentialKind === null || row.credentialId === null
      ? null
      : { kind: row.credentialKind, id: row.credentialId },
  client: row.client,
  version: row.version,
});
