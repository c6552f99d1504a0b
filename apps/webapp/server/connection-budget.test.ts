import { expect, it } from "vitest";
import { connectionBudget } from "./connection-budget.js";

it("shares 84 connections out among the processes, and leaves each enough to work with", () => {
  expect(connectionBudget(1)).toEqual({ pool: 20, writeLanes: 4 });
  expect(connectionBudget(4)).toEqual({ pool: 14, writeLanes: 4 });
  expect(connectionBudget(8)).toEqual({ pool: 5, writeLanes: 2 });
  expect(connectionBudget(64)).toEqual({ pool: 4, writeLanes: 2 });
});
