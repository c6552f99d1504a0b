import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compareVersions } from "./version-order.js";

test.each([
  ["20261122.1", "20261122.2"],
  ["20261122.9", "20261122.10"],
  ["20261121.99", "20261122.1"],
  ["1.2.3", "1.10.0"],
  ["v1.9.9", "2.0.0"],
  ["1.0.0-alpha", "1.0.0-alpha.1"],
  ["1.0.0-alpha.1", "1.0.0-alpha.beta"],
  ["1.0.0-beta.2", "1.0.0-beta.11"],
  ["1.0.0-rc.1", "1.0.0"],
  ["1.0.9007199254740993", "1.0.9007199254740994"],
])("%s comes before %s", (older, newer) => {
  expect(compareVersions(older, newer)).toBeLessThan(0);
  expect(compareVersions(newer, older)).toBeGreaterThan(0);
});

test("build metadata and a leading v make no difference", () => {
  expect(compareVersions("v1.2.3+build.5", "1.2.3")).toBe(0);
});

test("versions of two kinds, or of no kind, cannot be compared", () => {
  expect(compareVersions("20261122.1", "1.2.3")).toBeNull();
  expect(compareVersions("main", "1.2.3")).toBeNull();
  expect(compareVersions("main", "main")).toBe(0);
});

test("the order of dated and semantic versions is total and antisymmetric", () => {
  const number = fc.integer({ min: 0, max: 12 });
  const version = fc
    .tuple(number, number, number, fc.option(fc.array(fc.constantFrom("0", "2", "11", "a", "b1"), { minLength: 1 })))
    .map(([major, minor, patch, pre]) => `${major}.${minor}.${patch}${pre === null ? "" : `-${pre.join(".")}`}`);
  fc.assert(
    fc.property(version, version, version, (one, two, three) => {
      const [first, second, third] = [one, two, three].sort(
        (left, right) => compareVersions(left, right) ?? Number.NaN,
      );
      expect(compareVersions(first ?? "", second ?? "")).toBeLessThanOrEqual(0);
      expect(compareVersions(first ?? "", third ?? "")).toBeLessThanOrEqual(0);
      expect(compareVersions(one, two)).toBe(0 - (compareVersions(two, one) ?? Number.NaN));
    }),
  );
});
