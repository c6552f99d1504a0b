import { describe, expect, it } from "vitest";
import { describeFailure, type RunFailure, statusOfFailure } from "./run-failure.js";

const internal = (code: string): RunFailure => ({ type: "INTERNAL_ERROR", code });

describe("how a run ends", () => {
  it.each([
    [{ type: "BUILT_IN_ERROR", name: "Error", message: "", stackTrace: "" }, "FAILED"],
    [{ type: "STRING_ERROR", raw: "no" }, "FAILED"],
    [{ type: "CUSTOM_ERROR", raw: "{}" }, "FAILED"],
    [internal("TASK_PROCESS_EXITED_WITH_NON_ZERO_CODE"), "CRASHED"],
    [internal("TASK_PROCESS_SIGSEGV"), "CRASHED"],
    [internal("TASK_PROCESS_SIGKILL_TIMEOUT"), "CRASHED"],
    [internal("TASK_PROCESS_OOM_KILLED"), "CRASHED"],
    [internal("TASK_PROCESS_MAYBE_OOM_KILLED"), "CRASHED"],
    [internal("MAX_DURATION_EXCEEDED"), "TIMED_OUT"],
    [internal("TASK_RUN_CANCELLED"), "CANCELED"],
    [internal("COULD_NOT_FIND_TASK"), "SYSTEM_FAILURE"],
  ] as const)("%j is %s", (failure, status) => expect(statusOfFailure(failure)).toBe(status));

  it("is told in a message, whatever failed", () => {
    expect(describeFailure({ type: "STRING_ERROR", raw: "plain" })).toEqual({ message: "plain" });
    expect(describeFailure({ type: "CUSTOM_ERROR", raw: '{"message":"inner"}' })).toEqual({ message: "inner" });
    expect(describeFailure({ type: "CUSTOM_ERROR", raw: "{broken" })).toEqual({ message: "{broken" });
    expect(describeFailure(internal("ODD")).message).toContain("ODD");
  });
});
