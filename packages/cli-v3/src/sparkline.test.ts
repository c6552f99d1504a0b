import { expect, it } from "vitest";
import { sparkline } from "./sparkline.js";

it("draws each count as high as it is beside the highest", () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7, 8])).toBe("·▁▂▃▄▅▆▇█");
  expect(sparkline([1, 1_000_000])).toBe("▁█");
  expect(sparkline([5])).toBe("█");
});

it("draws nothing where there is none", () => {
  expect(sparkline([])).toBe("");
  expect(sparkline([0, 0, 0])).toBe("···");
});
