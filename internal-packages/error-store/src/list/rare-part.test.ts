import * as fc from "fast-check";
import { expect, it } from "vitest";
import { cutTo, wordsOf } from "./rare-part.js";

const textsOf = (search: string) => wordsOf(search).map(({ from, until }) => search.slice(from, until));

it("a search has words, with what stands beside each", () => {
  expect(textsOf("Region-77: no answer")).toEqual(["Region-", "-77:", " no ", " answer"]);
  expect(textsOf("💥é7💥")).toEqual(["💥é7💥"]);
  expect(textsOf("->%_")).toEqual([]);
});

it("common words at the ends are cut off, those between rare ones are not", () => {
  const search = "Charge failed for acct_9 in eu";
  const only = (...places: number[]) => wordsOf(search).filter((_, place) => places.includes(place));
  expect(cutTo(search, only(3, 4))).toBe(" acct_9 ");
  expect(cutTo(search, only(1, 4))).toBe(" failed for acct_9 ");
  expect(cutTo(search, [])).toBe(search);
});

it("whatever is cut, what has the search has its part", () => {
  const search = fc.string({ unit: fc.constantFrom("a", "7", " ", "-", "💥", "é", "%"), maxLength: 30 });
  fc.assert(
    fc.property(search, fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (text, isRare) => {
      const part = cutTo(
        text,
        wordsOf(text).filter((_, place) => isRare[place]),
      );
      expect(text).toContain(part);
      expect(/\p{Surrogate}/u.test(part)).toBe(false);
    }),
  );
});
