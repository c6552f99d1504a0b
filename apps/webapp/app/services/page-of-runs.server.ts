import { formatRunCursor, type ListRunsQuery, type ListRunsResponseBody } from "@trigger.dev/core/v3";
import type { Environment, User } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { invalidRequest } from "../api/invalid-request.js";
import { RUN_COLUMNS, runItem, type RunRow } from "./run-item.js";
import { runsOfFilters } from "./runs-of-filters.js";
import { searchFilters, searchTags, type TaggedList } from "./runs-of-tags.js";
import type { Edge, RunList } from "./runs-where.js";

export interface RunsPlace {
  /** Where to look; the caller may see them all. */
  environments: readonly Environment[];
  /** Who reads. */
  user: User | null;
}

type PlacedRow = RunRow & { environmentId: string };

const COLUMNS = `environment_id AS "environmentId", ${RUN_COLUMNS}`;

/**
 * A page of runs, newest first. A cursor goes by the run at the edge of a page, so pages neither skip nor repeat a run
 * while others are triggered.
 * @throws AppError 400 for a cursor that is no run of these environments
 */
export async function pageOfRuns(
  context: Pick<AppContext, "pool" | "lists">,
  { environments, user }: RunsPlace,
  query: ListRunsQuery,
): Promise<ListRunsResponseBody> {
  // Runs have no schedule yet, nor any machine but the developer's.
  if (query.schedule !== undefined || query.bulkAction !== undefined) return emptyPage();
  const places = new Map(
    environments.filter(({ slug }) => query.env?.includes(slug) ?? true).map((place) => [place.id, place]),
  );
  if (places.size === 0) return emptyPage();
  const { after, before, size, turn = 0 } = query.page;
  const rows = await readRows(context, [...places.keys()], query);
  const more = rows.length > size;
  const page = rows.slice(0, size);
  if (before !== undefined) page.reverse();
  const hasNext = before === undefined ? more : page.length > 0;
  const hasPrevious = before === undefined ? after !== undefined && page.length > 0 : more;
  const [first, last] = [page[0], page.at(-1)];
  const cursor = (row: RunRow) => formatRunCursor({ runId: row.id, turn: turn + 1 });
  return {
    data: page.flatMap((row) => {
      const environment = places.get(row.environmentId);
      return environment ? [runItem(row, environment, user)] : [];
    }),
    pagination: {
      ...(hasNext && last ? { next: cursor(last) } : {}),
      ...(hasPrevious && first ? { previous: cursor(first) } : {}),
    },
  };
}

/** The name of the one statement that is `isPlain`, newest first: the oldest-first one always has a cursor. */
const PLAIN = "list-runs";

const emptyPage = (): ListRunsResponseBody => ({ data: [], pagination: {} });

/** At most one run more than the page holds, in the order of the page. */
async function readRows(
  context: Pick<AppContext, "pool" | "lists">,
  environmentIds: string[],
  query: ListRunsQuery,
): Promise<PlacedRow[]> {
  const list = { environmentIds, query, edge: await findEdge(context, environmentIds, query), now: new Date() };
  const { tag: tags } = query;
  return tags === undefined ? walkRuns(context, list) : searchRuns(context, { ...list, tags });
}

/** Runs of the tags that are looked through at first. */
const FIRST_OF_TAGS = 100;
/** A run of the other filters costs so much less, since it is not looked up. */
const MORE_OF_FILTERS = 5;

/**
 * Looks through the runs of the tags and those of the other filters in turn, ten times as many each time: which of them
 * are the fewer, and who has both, no statistics say.
 */
async function searchRuns({ lists }: Pick<AppContext, "lists">, list: TaggedList): Promise<PlacedRow[]> {
  for (let most = FIRST_OF_TAGS; ; most *= 10) {
    const searches = [searchTags(COLUMNS, list, most), searchFilters(COLUMNS, list, most * MORE_OF_FILTERS)];
    for (const { text, values } of searches) {
      const { rows } = await lists.pool.query<(PlacedRow | { id: null }) & { isCut: boolean }>(text, values);
      if (rows[0]?.isCut === false) return rows.filter((row) => row.id !== null);
    }
  }
}

async function walkRuns({ lists }: Pick<AppContext, "lists">, list: RunList): Promise<PlacedRow[]> {
  const { text, values, isPlain } = runsOfFilters(COLUMNS, list);
  // The common list is planned once a connection; one with filters anew, for a plan that fits what is asked for.
  const found = isPlain
    ? await lists.reader.query<PlacedRow>({ name: PLAIN, text, values })
    : await lists.pool.query<PlacedRow>(text, values);
  return found.rows;
}

async function findEdge(
  { pool }: Pick<AppContext, "pool">,
  environmentIds: string[],
  { page: { after, before } }: ListRunsQuery,
): Promise<Edge | null> {
  const runId = after ?? before;
  if (runId === undefined) return null;
  const side = after === undefined ? "before" : "after";
  // A replica may not have it yet that another page was read from.
  const { rows } = await pool.query<{ createdAt: Date }>(
    `SELECT created_at AS "createdAt" FROM run WHERE environment_id = ANY($1) AND id = $2`,
    [environmentIds, runId],
  );
  const [row] = rows;
  if (row === undefined) {
    throw invalidRequest({ path: `query.page[${side}]`, message: "is no run that this list can hold" });
  }
  return { createdAt: row.createdAt, runId, side };
}
