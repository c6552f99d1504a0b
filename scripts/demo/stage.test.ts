import { describe, expect, it } from "vitest";
import { createStage, redact } from "./stage.mjs";

function shown(show: (stage: ReturnType<typeof createStage>) => void, isTTY: boolean, env: NodeJS.ProcessEnv = {}) {
  let text = "";
  const write = (part: unknown) => {
    text += String(part);
    return true;
  };
  show(createStage({ write, isTTY }, env));
  return text;
}

describe("the stage", () => {
  it("is coloured on a terminal alone, unless NO_COLOR says otherwise", () => {
    const title = (isTTY: boolean, env?: NodeJS.ProcessEnv) => shown((stage) => stage.title("Mint"), isTTY, env);
    expect(title(true)).toContain("\u001B[1mMint");
    expect(title(false)).toBe("\nMint\n");
    expect(title(true, { NO_COLOR: "1" })).toBe("\nMint\n");
    expect(title(false, { FORCE_COLOR: "1" })).toContain("\u001B[1mMint");
  });

  it("never shows a whole credential", () => {
    const secret = "x".repeat(30);
    for (const prefix of [
      "tr_pat_",
      "tr_uat_eyJh.eyJh.",
      "tr_dev_",
      "tr_stg_",
      "tr_prod_",
      "tr_preview_",
      "eyJh.eyJh.",
    ])
      expect(redact(`a ${prefix}${secret} b`)).not.toContain(secret);
    expect(shown((stage) => stage.answer(200, [{ token: `tr_pat_${secret}` }]), false)).toBe(
      '  200\n  {"token":"tr_pat_xxxxxxx…"}\n',
    );
  });

  it("breaks JSON only where it does not fit a line", () => {
    const long = "y".repeat(90);
    expect(shown((stage) => stage.answer(403, [{ long, scopes: ["a", "b"] }]), false)).toBe(
      `  403\n  {\n    "long": "${long}",\n    "scopes": ["a","b"]\n  }\n`,
    );
  });
});
