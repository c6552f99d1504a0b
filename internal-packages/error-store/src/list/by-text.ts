import type { Pool } from "pg";
import type { ErrorList, ErrorListPage, ErrorListSort } from "./error-list.js";
import { patternOf, rangeOfVersions, storedAs } from "./group-conditions.js";
import { Parameters } from "./parameters.js";
import { floorTo, UNIT_MS } from "./range.js";
import { type Chosen, MOST_FOUND } from "./search.js";
import type { Terms } from "./search-terms.js";

/** Of groups of the page, how many of those that a search finds are looked up first. What failed in a range is told late. */
const LIKELY_FOR_ONE: Record<Exclude<ErrorListSort, "count">, number> = { lastSeen: 4, firstSeen: 4 };
/** By count, in how many days: of a longer range the count of all time tells more, of one that ended the least. */
const LIKELY_BY_COUNT = { longer: 4, days: 9, shorter: 6, ended: 14 };

/** A walk through ranks of which hardly any has it would take longer than to look at so many. */
export const MOST_BESIDE_RANKS = 40_000;

/** What they are taken in the order of, and an expression of the value that no group of a lower key has in the list. */
const KEYS: Record<ErrorListSort, { column: string; below: string }> = {
  lastSeen: { column: "last_seen_hour", below: "(extract(epoch FROM cut.key) * 1000)::float8" },
  firstSeen: { column: "first_seen", below: "(extract(epoch FROM cut.key) * 1000)::float8" },
  count: { column: "magnitude", below: "2 ^ (cut.key - 1)" },
};

interface Row {
  found: number;
  likely: string | null;
  others: string | null;
  below: number | null;
}

/**
 * What has the text of a search and can be on the page, most likely first, whatever else is asked for: those are looked
 * up once, when the page is read. Null where too many have it.
 * @param terms those of the search; null where there is none
 * @param most more of them are too many
 */
export async function byText(
  pool: Pool,
  list: ErrorList,
  { page, terms, most = MOST_FOUND }: { page: ErrorListPage; terms: Terms | null; most?: number },
): Promise<Chosen | null> {
  const { search, ...filters } = list.filters;
  if (search === undefined || terms === null) return null;
  const parameters = new Parameters();
  const { column, below } = KEYS[list.sort];
  // Backwards, a group that failed again since may come before what its key says.
  const likely = page.edge?.direction === "before" ? most : page.size * likelyForOne(list);
  const text = `
    WITH found AS MATERIALIZED (SELECT * FROM error_search s
      WHERE error_search_terms(s.searched) @@ ${parameters.add(terms.query)}::tsquery
        AND s.searched LIKE lower(${parameters.add(patternOf(search))}) LIMIT ${most + 1}),
    chosen AS MATERIALIZED (SELECT s.fingerprint, s.${column} AS key FROM found s
      WHERE ${conditionsOf(list, page, parameters).join(" AND ")} ORDER BY key DESC),
    cut AS MATERIALIZED (SELECT (SELECT key FROM chosen OFFSET ${likely - 1} LIMIT 1) AS key)
    SELECT (SELECT count(*)::int FROM found) AS found, ${below} AS below,
      (SELECT string_agg(fingerprint, ' ') FROM chosen WHERE cut.key IS NULL OR chosen.key >= cut.key) AS likely,
      (SELECT string_agg(fingerprint, ' ') FROM chosen WHERE chosen.key < cut.key) AS others
    FROM cut`;
  const { rows } = await pool.query<Row>(text, parameters.values);
  const [row = { found: 0, likely: null, others: null, below: null }] = rows;
  if (row.found > most) return null;
  const others =
    row.others === null || row.below === null ? undefined : { fingerprints: row.others, below: Number(row.below) };
  return { fingerprints: row.likely ?? "", filters, others };
}

function likelyForOne({ sort, range, asOf }: ErrorList): number {
  if (sort !== "count") return LIKELY_FOR_ONE[sort];
  const { longer, days, shorter, ended } = LIKELY_BY_COUNT;
  if (range.to < asOf) return ended;
  return range.to - range.from > days * UNIT_MS.day ? longer : shorter;
}

/** What a row that is searched tells of whether its group can be on the page. */
function conditionsOf(list: ErrorList, { edge }: ErrorListPage, parameters: Parameters): string[] {
  const { environmentId, sort, asOf, filters } = list;
  const range = rangeOfVersions(list);
  const hour = (at: number) => parameters.at(floorTo("hour", at));
  return [
    `s.environment_id = ${parameters.add(environmentId)}`,
    `s.first_seen <= ${parameters.at(range.to)}`,
    `s.last_seen_hour >= ${hour(range.from)}`,
    ...(filters.statuses ? [`s.status = ANY(${parameters.add(storedAs(filters.statuses))}::error_status[])`] : []),
    ...(edge && sort === "firstSeen"
      ? [`s.first_seen ${edge.direction === "after" ? "<=" : ">="} ${parameters.at(edge.value)}`]
      : []),
    ...(edge && sort === "lastSeen"
      ? [
          edge.direction === "before"
            ? `s.last_seen_hour >= ${hour(edge.value)}`
            : `(s.last_seen_hour <= ${parameters.at(edge.value)} OR s.last_seen_hour >= ${hour(asOf)})`,
        ]
      : []),
  ];
}
