import { describe, expect, expectTypeOf, it } from "vitest";
import {
  createEnvironmentKey,
  createId,
  createPersonalAccessToken,
  hasValidPatChecksum,
  ID_KINDS,
  isEnvironmentKey,
  isId,
} from "./ids.js";

describe("ids", () => {
  it("carry their kind and 24 lower-case letters and digits", () => {
    for (const kind of ID_KINDS) {
      const id = createId(kind);
      expect(id).toMatch(new RegExp(`^${kind}_[0-9a-z]{24}$`));
      expect(isId(kind, id)).toBe(true);
    }
    expectTypeOf(createId("uat")).toEqualTypeOf<`uat_${string}`>();
  });

  it("are not mistaken for one another", () => {
    expect(isId("env", createId("envkey"))).toBe(false);
    expect(isId("uat", createId("pat"))).toBe(false);
  });

  it.each([
    "",
    "uat_",
    "uat",
    `uat_${"a".repeat(23)}`,
    `uat_${"a".repeat(25)}`,
    `uat_${"A".repeat(24)}`,
    `uat_${"a".repeat(23)}\n`,
  ])("refuse %j", (text) => {
    expect(isId("uat", text)).toBe(false);
  });

  it("do not repeat", () => {
    expect(new Set(Array.from({ length: 10_000 }, () => createId("run"))).size).toBe(10_000);
  });
});

describe("environment keys", () => {
  it.each([
    ["DEVELOPMENT", "tr_dev_"],
    ["STAGING", "tr_stg_"],
    ["PREVIEW", "tr_preview_"],
    ["PRODUCTION", "tr_prod_"],
  ] as const)("of %s start with %s and hold more than 256 bits of text", (type, prefix) => {
    const key = createEnvironmentKey(type);
    expect(key.startsWith(prefix)).toBe(true);
    expect(key.length).toBeGreaterThan(32);
    expect(isEnvironmentKey(key)).toBe(true);
  });

  it.each(["tr_dev_short", "tr_pat_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "TR_DEV_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ""])(
    "are not %j",
    (text) => {
      expect(isEnvironmentKey(text)).toBe(false);
    },
  );
});

describe("personal access tokens", () => {
  it("have the form and the checksum that a scanner looks for", () => {
    for (let count = 0; count < 1_000; count++) {
      const token = createPersonalAccessToken();
      expect(token).toMatch(/^tr_pat_[1-9a-km-z]{40}$/);
      expect(hasValidPatChecksum(token)).toBe(true);
    }
  });

  it("end in CRC-32 modulo 34^6 in base 34, most significant digit first", () => {
    // CRC-32 of the text is 3773315882; modulo 34^6 = 1544804416 that is 683707050, in base 34 the digits 15 1 21 12 2 30.
    expect(hasValidPatChecksum(`tr_pat_${"1".repeat(34)}g2nd3w`)).toBe(true);
  });

  it("refuse every change of one character", () => {
    const token = createPersonalAccessToken();
    for (let at = 7; at < token.length; at++) {
      const other = token[at] === "a" ? "b" : "a";
      expect(hasValidPatChecksum(token.slice(0, at) + other + token.slice(at + 1))).toBe(false);
    }
  });

  it("refuse other prefixes, lengths and alphabets", () => {
    const token = createPersonalAccessToken();
    for (const text of [
      "",
      "tr_pat_",
      token.slice(0, -1),
      `${token}1`,
      token.toUpperCase(),
      ` ${token}`,
      `${token}\n`,
    ]) {
      expect(hasValidPatChecksum(text)).toBe(false);
    }
  });
});
