import type { Pool } from "pg";
import { patternOf } from "./group-conditions.js";

/** The groups that failed last say which words are in most of them. */
const SAMPLE = 200;
const COMMON = 0.2;
/** Longer searches have as many words as these to be rare by. */
const MOST_WORDS = 16;
/** The trigram index knows nothing of shorter texts. */
const SHORTEST = 3;

/** Of a search, from here to there. */
interface Word {
  from: number;
  until: number;
}

/** The words of a search, each with the character at either side, which tells the index where it begins and ends. */
export const wordsOf = (search: string): Word[] =>
  [...search.matchAll(/(?<=(.?))[\p{L}\p{N}]+(?=(.?))/gsu)]
    .slice(0, MOST_WORDS)
    .map(({ 0: word, 1: before = "", 2: after = "", index }) => ({
      from: index - before.length,
      until: index + word.length + after.length,
    }));

/** A search from the first to the last of its rare words; whole when there are none. */
export function cutTo(search: string, rare: readonly Word[]): string {
  const [first, last] = [rare[0], rare.at(-1)];
  if (first === undefined || last === undefined) return search;
  const part = search.slice(first.from, last.until);
  return part.length < SHORTEST ? search : part;
}

/**
 * The part of a search to ask the trigram index for: without the words at its ends that a fifth of the groups have. The
 * index reads the list of every trigram that it is asked for, and those of common words are as long as the table.
 */
export async function rarePartOf(pool: Pool, environmentId: string, search: string): Promise<string> {
  const words = wordsOf(search);
  if (words.length < 2) return search;
  const { rows } = await pool.query<{ common: boolean }>(
    `WITH sample AS MATERIALIZED (
       SELECT error_type, error_message FROM error_group WHERE environment_id = $1
       ORDER BY last_seen_minute DESC LIMIT ${SAMPLE})
     SELECT (SELECT count(*) FROM sample WHERE error_type ILIKE pattern OR error_message ILIKE pattern) >=
       (SELECT count(*) FROM sample) * ${COMMON}::float8 AS common
     FROM unnest($2::text[]) WITH ORDINALITY AS word (pattern, place) ORDER BY place`,
    [environmentId, words.map(({ from, until }) => patternOf(search.slice(from, until)))],
  );
  return cutTo(
    search,
    words.filter((_, index) => rows[index]?.common === false),
  );
}
