import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type ErrorListing, openErrorCursor, sealErrorCursor } from "./cursor.js";

const listing: ErrorListing = {
  sort: "lastSeen",
  filters: { environment: "env_1", status: ["unresolved"], search: "a" },
  key: "a key of the server",
};
const cursor = { sort: "lastSeen", value: 1_790_000_000_000, id: "error_1abc", asOf: 1_790_000_000_500, turn: 1 };

test("what was sealed is opened again, and is safe in a URL", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string({ maxLength: 64 }), (value, id) => {
      const sealed = sealErrorCursor({ ...cursor, value: value + 0, id }, listing);
      expect(sealed).toMatch(/^[\w-]+$/);
      expect(openErrorCursor(sealed, listing)).toMatchObject({ ok: true, cursor: { id, asOf: cursor.asOf } });
    }),
  );
});

test("the order of filters makes no difference, and an absent one is no filter", () => {
  const filters = { search: "a", status: ["unresolved"], version: undefined, environment: "env_1" };
  expect(openErrorCursor(sealErrorCursor(cursor, listing), { ...listing, filters })).toEqual({ ok: true, cursor });
});

test("a cursor with any character changed, added or left out is refused", () => {
  const sealed = sealErrorCursor(cursor, listing);
  const altered = Array.from(sealed, (character, index) => [
    sealed.slice(0, index) + (character === "A" ? "B" : "A") + sealed.slice(index + 1),
    sealed.slice(0, index) + sealed.slice(index + 1),
    `${sealed.slice(0, index)}A${sealed.slice(index)}`,
  ]);
  const accepted = altered.flat().filter((text) => text !== sealed && openErrorCursor(text, listing).ok);

  expect(accepted).toEqual([]);
});

test.each([
  ["another sort", { ...listing, sort: "count" }, "other_list"],
  ["another environment", { ...listing, filters: { ...listing.filters, environment: "env_2" } }, "other_list"],
  ["another filter", { ...listing, filters: { ...listing.filters, search: "b" } }, "other_list"],
  ["another server's key", { ...listing, key: "another" }, "altered"],
])("a cursor for %s is refused", (_, other, reason) => {
  expect(openErrorCursor(sealErrorCursor(cursor, listing), other)).toEqual({ ok: false, reason });
});

test.each(["", "=", "abc", "🙂", "run_abc", `${"A".repeat(2_000)}`, "e30"])("%j is no cursor", (text) => {
  expect(openErrorCursor(text, listing).ok).toBe(false);
});
