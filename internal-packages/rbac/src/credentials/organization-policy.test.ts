import type { OrganizationPolicy } from "@trigger.dev/core/v3";
import { RESOURCE_TYPES } from "@trigger.dev/plugins/rbac";
import { describe, expect, it } from "vitest";
import { earlierEnd, endByPolicy, isCapless, narrowByPolicy, readOrganizationPolicy } from "./organization-policy.js";

const none: OrganizationPolicy = {
  maxTokenTtlSeconds: null,
  defaultCap: null,
  allowCaplessTokens: true,
  clients: null,
  mintsPerMinute: null,
  exchangesPerMinute: null,
};
const actor = (caps: string[][] = [], client = "ci", isCapDefaulted = false) => ({
  madeAt: 1_000_000,
  userActor: { client, caps, isCapDefaulted },
});
const judge = (policy: Partial<OrganizationPolicy>, token: Parameters<typeof narrowByPolicy>[1], now = 1_000_000) =>
  narrowByPolicy({ ...none, ...policy }, token, now);

describe("a policy", () => {
  it("leaves a token as it is where there is none, or none of its rules is set", () => {
    expect(narrowByPolicy(null, actor(), 0)).toBeNull();
    expect(judge({}, actor())).toBeNull();
  });

  it("lets in the client labels that it names to the letter, and nothing that looks alike", () => {
    for (const client of ["CI", "ci ", "сi", "ｃｉ", "c\u200bi", "ci\u0301", "", "__proto__"]) {
      expect(judge({ clients: ["ci"] }, actor([], client))).toEqual({ rule: "clients", cap: [] });
    }
    expect(judge({ clients: ["ci"] }, actor())).toBeNull();
    // What was exchanged from a PAT is the person's own, and has no label.
    expect(judge({ clients: ["ci"] }, { madeAt: 1_000_000, userActor: null })).toBeNull();
  });

  it("ends a token its lifetime after it was made, whatever it came from", () => {
    for (const token of [actor(), { madeAt: 1_000_000, userActor: null }]) {
      expect(judge({ maxTokenTtlSeconds: 60 }, token, 1_059_999)).toBeNull();
      expect(judge({ maxTokenTtlSeconds: 60 }, token, 1_060_000)).toEqual({ rule: "maxTokenTtlSeconds", cap: [] });
    }
    const end = endByPolicy({ ...none, maxTokenTtlSeconds: 60 }, 1_000_000);
    expect(end?.getTime()).toBe(1_060_000);
    expect(earlierEnd(new Date(2_000_000), end).getTime()).toBe(1_060_000);
    expect(earlierEnd(new Date(1_010_000), end).getTime()).toBe(1_010_000);
    expect(endByPolicy(none, 0)).toBeNull();
  });

  it("puts its default cap on a token whose minter named none, and on no other", () => {
    const policy = { defaultCap: ["read:runs"] };
    expect(judge(policy, actor())).toEqual({ rule: "defaultCap", cap: ["read:runs"] });
    expect(judge(policy, actor([["read:all"]], "ci", true))).toEqual({ rule: "defaultCap", cap: ["read:runs"] });
    expect(judge(policy, actor([["read:all"]]))).toBeNull();
    expect(judge(policy, actor([["admin"]]))).toBeNull();
  });

  it("that wants a cap refuses a token without one, in whatever words it says so, or narrows it to the default", () => {
    const everything = RESOURCE_TYPES.filter((type) => type !== "all").map((type) => `*:${type}`);
    for (const caps of [
      [],
      [["admin"]],
      [["read:runs", "admin"]],
      [["*:all", "*:apiKeys"]],
      [["read:all", "write:all", "read:apiKeys", "write:apiKeys"]],
      [everything],
    ]) {
      expect(judge({ allowCaplessTokens: false }, actor(caps))).toEqual({ rule: "allowCaplessTokens", cap: [] });
      expect(judge({ allowCaplessTokens: false, defaultCap: ["read:runs"] }, actor(caps))).toMatchObject({
        rule: "defaultCap",
      });
    }
    for (const caps of [[["*:all"]], [["read:runs"]], [["admin"], ["read:runs"]], [[]]]) {
      expect(judge({ allowCaplessTokens: false }, actor(caps))).toBeNull();
    }
    expect(isCapless([everything.slice(1)])).toBe(false);
  });

  it("that cannot be read stops the request", () => {
    expect(readOrganizationPolicy(null)).toBeNull();
    for (const stored of [{}, [], "none", { ...none, clients: "ci" }, { ...none, maxTokenTtlSeconds: -1 }]) {
      expect(() => readOrganizationPolicy(stored)).toThrow("expected");
    }
  });
});
