/** Bits of a count: 2^(magnitude-1) <= count < 2^magnitude; 0 for none. */
export const magnitudeOf = (count: number): number => (count < 1 ? 0 : Math.floor(Math.log2(count)) + 1);

/** The same in SQL, for a positive count; at most one too large where a count is just below a power of two. */
export const magnitudeSql = (count: string): string =>
  `(floor(ln((${count})::float8) / ln(2::float8) + 1e-9) + 1)::smallint`;
