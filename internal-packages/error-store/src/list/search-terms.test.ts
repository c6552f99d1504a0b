import { startTestDatabase, type TestDatabase } from "@trigger.dev/testing";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rarest, termsOf } from "./search-terms.js";

describe("the terms that an index is asked for", () => {
  it("are the rarest, of equals the longer ones first", () => {
    const terms = [
      { text: "did", share: 1 },
      { text: "ank", share: 0.005 },
      { text: "nk did ", share: 0 },
      { text: " di", share: 0.9 },
    ];
    expect(rarest(terms)).toBe("'nk did ' & 'ank'");
  });

  it("are no more than a few", () => {
    const terms = Array.from({ length: 30 }, (_, index) => ({ text: `t${index}`, share: 0 }));
    expect(rarest(terms).split(" & ")).toHaveLength(6);
  });

  it("have no special character", () => {
    expect(rarest([{ text: String.raw`'\&`, share: 0 }])).toBe(String.raw`'''\\&'`);
  });
});

describe("in a database", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await startTestDatabase();
  });
  afterAll(() => database?.stop());

  it("the longest text that is kept has terms, of whatever characters it is", { timeout: 60_000 }, async () => {
    const different = Array.from({ length: 1_024 }, (_, index) => `.${String.fromCodePoint(0x4e00 + index)}`).join("");
    for (const part of ["💥", ".", "💥.", "a b", different]) {
      const text = part.repeat(2_048).slice(0, 2_048);
      const { rows } = await database.pool.query<{ terms: number }>(
        "SELECT length(error_search_terms(error_searched($1, $2))) AS terms",
        ["T".repeat(128), text],
      );
      expect(rows[0]?.terms).toBeGreaterThan(0);
    }
  });

  it("whatever has a search has its terms, in any case of letters", { timeout: 60_000 }, async () => {
    const letter = fc.constantFrom("a", "B", "7", " ", ":", "-", "'", "\\", "%", "&", "É", "日", "💥");
    const text = fc.array(letter, { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(text, fc.nat(), fc.integer({ min: 1, max: 12 }), async (letters, from, length) => {
        const start = from % letters.length;
        const search = letters.slice(start, start + length).join("");
        const { rows } = await database.pool.query<{ found: boolean }>(
          `SELECT error_search_terms(error_searched('', $1)) @@ $2::tsquery AS found`,
          [letters.join(""), (await termsOf(database.pool, "env", search.toUpperCase())).query],
        );
        expect(rows).toEqual([{ found: true }]);
      }),
      { numRuns: 200 },
    );
  });
});
