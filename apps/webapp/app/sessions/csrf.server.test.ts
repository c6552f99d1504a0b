import { randomBytes } from "node:crypto";
import { parseKeyRing } from "@trigger.dev/core/jwt";
import { describe, expect, it } from "vitest";
import { createCsrfToken, isCsrfToken } from "./csrf.server.js";

const newKey = (kid: string) => `${kid}:${randomBytes(32).toString("base64url")}`;
const OLD = newKey("old");
const NEW = newKey("new");

const withRing = (text: string) => {
  const session = parseKeyRing(text);
  return {
    secrets: {
      session,
      userActor: session,
      environmentJwt: session,
      encryption: session,
      reload: async () => false,
    },
  };
};

describe("a form's token", () => {
  it("holds for the session that it was made for alone", () => {
    const context = withRing(NEW);
    const token = createCsrfToken(context, "mine");
    expect(isCsrfToken(context, "mine", token)).toBe(true);
    expect(isCsrfToken(context, "theirs", token)).toBe(false);
  });

  it("outlives a rotation for as long as the old key is kept", () => {
    const token = createCsrfToken(withRing(OLD), "mine");
    expect(isCsrfToken(withRing(`${NEW},${OLD}`), "mine", token)).toBe(true);
    expect(isCsrfToken(withRing(NEW), "mine", token)).toBe(false);
  });

  it("is not something else of any length", () => {
    for (const token of ["", "x", "a".repeat(43), "a".repeat(10_000)]) {
      expect(isCsrfToken(withRing(NEW), "mine", token)).toBe(false);
    }
  });
});
