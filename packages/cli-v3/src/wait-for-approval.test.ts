import { ApiError, UnreachableError } from "@trigger.dev/core/client";
import { describe, expect, it } from "vitest";
import { CommandFailure } from "./usage-error.js";
import { waitForApproval } from "./wait-for-approval.js";

type Answer = { token: { token: string; obfuscatedToken: string } | null };
const approved: Answer = { token: { token: "tr_pat_a", obfuscatedToken: "tr_…" } };
const pending: Answer = { token: null };

/** Answers one after the other; the last one for ever. */
function asker(answers: (Answer | Error)[]) {
  let asked = 0;
  const ask = () => {
    const answer = answers[Math.min(asked++, answers.length - 1)];
    return answer instanceof Error || !answer ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { ask, count: () => asked };
}

describe("waiting for approval", () => {
  it("goes on through pending, 429, 5xx and a lost connection", async () => {
    const { ask, count } = asker([
      pending,
      new ApiError(429, {}),
      new ApiError(503, {}),
      new UnreachableError("http://x", "ECONNRESET"),
      approved,
    ]);
    expect(await waitForApproval(ask, { everyMs: 1 })).toBe("tr_pat_a");
    expect(count()).toBe(5);
  });

  it("ends with a 400", async () => {
    const { ask, count } = asker([pending, new ApiError(400, { error: "used" })]);
    await expect(waitForApproval(ask, { everyMs: 1 })).rejects.toThrow(CommandFailure);
    expect(count()).toBe(2);
  });

  it("ends with any other refusal", async () => {
    await expect(waitForApproval(asker([new ApiError(404, {})]).ask, { everyMs: 1 })).rejects.toThrow(ApiError);
  });

  it("ends when nobody comes", async () => {
    await expect(waitForApproval(asker([pending]).ask, { everyMs: 5, atMostMs: 30 })).rejects.toThrow(/in time/);
  });
});
