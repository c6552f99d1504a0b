import { describe, expect, it } from "vitest";
import { redirectTarget } from "./redirect-target.js";

describe("the address after signing in", () => {
  it.each(["/", "/account/tokens", "/authorize/abc_DEF-123", "/docs/api?x=1&y=%2F"])("keeps the path %s", (path) => {
    expect(redirectTarget(path)).toBe(path);
  });

  it.each([
    undefined,
    null,
    "",
    "account",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/\u2028/evil.example",
    "/..//evil.example",
    "/.//evil.example",
  ])("falls back from %j", (path) => {
    expect(redirectTarget(path)).toBe("/");
  });

  it("falls back from a path that is too long", () => {
    expect(redirectTarget(`/${"a".repeat(3000)}`)).toBe("/");
  });
});
