import { RunStatus } from "@trigger.dev/core/v3";
import { describe, expect, it } from "vitest";
import { isFinal, mayMove, RUN_TRANSITIONS } from "./run-state.js";

const FINAL = ["COMPLETED", "CANCELED", "FAILED", "CRASHED", "SYSTEM_FAILURE", "TIMED_OUT", "EXPIRED"];

describe("the table of transitions", () => {
  it("has every state that the API can show", () => {
    expect(Object.keys(RUN_TRANSITIONS).sort()).toEqual([...RunStatus.options].sort());
  });

  it("leads nowhere from a state that is final, and from every other to being cancelled", () => {
    for (const from of RunStatus.options) {
      expect(isFinal(from), from).toBe(FINAL.includes(from));
      expect(mayMove(from, "CANCELED"), from).toBe(!FINAL.includes(from));
      for (const to of FINAL.includes(from) ? RunStatus.options : []) expect(mayMove(from, to)).toBe(false);
    }
  });

  it("completes and fails runs that execute, and no other", () => {
    for (const to of ["COMPLETED", "FAILED"] as const) {
      expect(RunStatus.options.filter((from) => mayMove(from, to))).toEqual(["EXECUTING"]);
    }
  });
});
