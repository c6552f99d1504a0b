import type { Pool } from "pg";

/** The groups that failed last say how many have a text, and half of them which terms are in most. */
export const SAMPLE = 400;
/** More of a search's terms would take longer to look for in the sample than they save. */
const MOST_ASKED = 100;
/** The index reads the list of every term that it is asked for: a few rare ones are as good as all. */
const MOST_TERMS = 6;
/** Terms in about as much of the sample as the rarest. */
const AS_RARE = 0.01;

/** A term of a search, and in what share of the groups it is. */
export interface Term {
  text: string;
  share: number;
}

/** A term as `tsquery` reads it: no character of it is special. */
const quoted = (term: string): string => `'${term.replace(/[\\']/g, "$&$&")}'`;

/** The rarest terms as a `tsquery`: those of common words are in lists as long as the table. Of equals, longer ones tell more. */
export function rarest(terms: readonly Term[]): string {
  const sorted = terms.toSorted((one, other) => one.share - other.share || other.text.length - one.text.length);
  const most = (sorted[0]?.share ?? 0) + AS_RARE;
  return sorted
    .filter(({ share }) => share <= most)
    .slice(0, MOST_TERMS)
    .map(({ text }) => quoted(text))
    .join(" & ");
}

/** Of a search that is shorter than a term every text that has it has a term that begins so. */
const beginsWith = (search: string): string => `${quoted(search)}:*`;

/** What the index of terms is asked for. */
export interface Terms {
  /** Every group that the search finds has them. */
  query: string;
  /** Of the groups that failed last, those that the search finds. */
  share: number;
  /** In so few of these that it may as well be in one of a thousand: the index is asked before any list is walked. */
  areRare: boolean;
  /** In so many that the index has too many. */
  areMany: boolean;
}

/** As a small sample tells. What the index finds for a few letters, which begin many terms, takes long to find too much. */
const SHARES = { whole: { rare: 0.015, many: 0.05 }, beginning: { rare: 0.005, many: 0.005 } };

/** As some hundred groups tell, in so few the index should find a text. */
export const RARE_TEXT = 0.01;

/** What to ask the index of terms for, where `search` is asked for in an environment. */
export async function termsOf(pool: Pool, environmentId: string, search: string): Promise<Terms> {
  const { rows } = await pool.query<{ search: string; sampled: number; hits: number; terms: Term[] | null }>({
    name: "errors-search-terms",
    text: `WITH sample AS MATERIALIZED (
       SELECT error_searched(error_type, error_message) AS text FROM error_group WHERE environment_id = $1
       ORDER BY last_seen_minute DESC LIMIT ${SAMPLE}),
     half AS MATERIALIZED (SELECT text FROM sample LIMIT ${SAMPLE / 2}),
     total AS (SELECT count(*)::int AS sampled, (count(*) FILTER (WHERE strpos(text, lower($2)) > 0))::int AS hits FROM sample),
     asked AS (
       SELECT lexeme AS text FROM unnest(error_search_terms(lower($2))) WHERE length(lexeme) >= 3
       ORDER BY length(lexeme) DESC LIMIT ${MOST_ASKED})
     SELECT lower($2) AS search, sampled, hits, (SELECT json_agg(json_build_object('text', text, 'share',
       (SELECT count(*) FROM half WHERE strpos(half.text, asked.text) > 0)::float8
         / greatest((SELECT count(*) FROM half), 1)))
       FROM asked) AS terms FROM total`,
    values: [environmentId, search],
  });
  const { search: lowered = search, sampled = 0, hits = 0, terms = null } = rows[0] ?? {};
  const share = hits / Math.max(1, sampled);
  const { rare, many } = terms === null ? SHARES.beginning : SHARES.whole;
  const query = terms === null ? beginsWith(lowered) : rarest(terms);
  return { query, share, areRare: share < rare, areMany: share >= many };
}
