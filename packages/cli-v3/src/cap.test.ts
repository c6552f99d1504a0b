import { expect, it } from "vitest";
import { collectCap } from "./cap.js";
import { UsageError } from "./usage-error.js";

it("takes scopes from commas and from repetition", () => {
  expect(collectCap("read:tasks , trigger:tasks:a", collectCap("read:runs"))).toEqual([
    "read:runs",
    "read:tasks",
    "trigger:tasks:a",
  ]);
});

it.each(["", " ", ",", " , "])("never takes %j for no cap at all", (text) => {
  expect(() => collectCap(text, ["read:runs"])).toThrow(UsageError);
});
