import { createId } from "@trigger.dev/core/ids";
import {
  AUDIENCE,
  createKeyRingEntry,
  decodeJwtUnverified,
  ISSUER,
  parseKeyRing,
  signJwt,
} from "@trigger.dev/core/jwt";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { Refusal, RefusalReason, UserActorAuthResult, UserAuthentication } from "./contract.js";
import {
  isUserActorToken,
  signUserActorToken,
  type UserActorClaims,
  verifyUserActorToken,
} from "./user-actor-token.js";

const now = new Date("2026-01-01T00:00:00Z");
const iat = now.getTime() / 1000;
const ring = parseKeyRing(createKeyRingEntry());
const claims = {
  sub: createId("user"),
  jti: createId("uat"),
  iat,
  exp: iat + 3600,
  cap: ["read:runs"],
  act: { client: "cli", pat: createId("pat") },
};
const full = { iss: ISSUER, aud: AUDIENCE, kind: "user_actor", ...claims };

const reasonOf = async (token: string, keys = ring) => {
  const result = await verifyUserActorToken(token, { ring: keys, now });
  return result.ok ? "accepted" : result.reason;
};
const forge = async (members: Record<string, unknown>, typ = "uat+jwt") =>
  `tr_uat_${await signJwt({ typ, claims: { ...full, ...members }, key: ring.keys[0] })}`;

describe("a user-actor token", () => {
  it("carries exactly its claims, under a header of its own", async () => {
    const token = await signUserActorToken({ claims, ring });
    expect(decodeJwtUnverified(token.slice("tr_uat_".length))).toEqual({
      header: { alg: "HS256", typ: "uat+jwt", kid: ring.keys[0].kid },
      claims: full,
    });
    expect(await verifyUserActorToken(token, { ring, now })).toEqual({ ok: true, claims: full });
  });

  it("has no cap where none was given", async () => {
    const { cap: _, ...capless } = claims;
    const token = await signUserActorToken({ claims: capless, ring });
    const result = await verifyUserActorToken(token, { ring, now });
    expect(result.ok && "cap" in result.claims).toBe(false);
  });

  it("is signed by the newest key and outlives it until the key is removed", async () => {
    const token = await signUserActorToken({ claims, ring });
    const newer = createKeyRingEntry();
    const rotated = parseKeyRing(`${newer},${ring.keys[0].kid}:${ring.keys[0].secret}`);
    expect(await reasonOf(token, rotated)).toBe("accepted");
    expect(await reasonOf(await signUserActorToken({ claims, ring: rotated }), parseKeyRing(newer))).toBe("accepted");
    expect(await reasonOf(token, parseKeyRing(newer))).toBe("unknown_key");
  });

  it("is told by its prefix, in lower case, once", async () => {
    const token = await signUserActorToken({ claims, ring });
    expect(isUserActorToken(token)).toBe(true);
    for (const other of ["", "tr_uat", "TR_UAT_x", "tr_pat_x", ` ${token}`])
      expect(isUserActorToken(other)).toBe(false);
    expect(await reasonOf(token.slice(7))).toBe("wrong_kind");
    expect(await reasonOf(token.toUpperCase())).toBe("wrong_kind");
    expect(await reasonOf(`tr_uat_${token}`)).toBe("malformed");
    expect(await reasonOf("tr_uat_")).toBe("malformed");
  });

  it.each<[string, Record<string, unknown>, RefusalReason]>([
    ["another kind", { kind: "environment" }, "wrong_kind"],
    ["no kind", { kind: undefined }, "wrong_kind"],
    ["no sub", { sub: undefined }, "bad_claims"],
    ["an empty sub", { sub: "" }, "bad_claims"],
    ["sub as a number", { sub: 1 }, "bad_claims"],
    ["a sub with a line break", { sub: "user_1\nroot" }, "bad_claims"],
    ["no jti", { jti: undefined }, "bad_claims"],
    ["the jti of another ledger", { jti: createId("pat") }, "bad_claims"],
    ["cap as text", { cap: "read:runs" }, "bad_claims"],
    ["cap null", { cap: null }, "bad_claims"],
    ["cap as an object", { cap: { 0: "read:runs" } }, "bad_claims"],
    ["cap with a number", { cap: ["read:runs", 1] }, "bad_claims"],
    ["cap nested", { cap: [["admin"]] }, "bad_claims"],
    ["a huge cap", { cap: Array.from({ length: 65 }, () => "read:runs") }, "bad_claims"],
    ["a huge scope", { cap: ["x".repeat(257)] }, "bad_claims"],
    ["no act", { act: undefined }, "bad_claims"],
    ["act as text", { act: "cli" }, "bad_claims"],
    ["no client", { act: { pat: "pat_1" } }, "bad_claims"],
    ["a client with a line break", { act: { client: "a\nb", pat: "pat_1" } }, "bad_claims"],
    ["no pat", { act: { client: "cli" } }, "bad_claims"],
    ["pat as a list", { act: { client: "cli", pat: ["pat_1"] } }, "bad_claims"],
    ["another issuer", { iss: "https://id.example.com" }, "bad_claims"],
    ["no exp", { exp: undefined }, "bad_claims"],
    ["an end long past", { iat: iat - 60, exp: iat - 30 }, "expired"],
  ])("is refused with %s", async (_, members, reason) => {
    expect(await reasonOf(await forge(members))).toBe(reason);
  });

  it("is not what an environment JWT can pose as", async () => {
    for (const typ of ["env+jwt", "JWT", "UAT+JWT", ""])
      expect(await reasonOf(await forge({}, typ))).toBe("wrong_kind");
  });

  it("verifies with the longest cap that can be minted", async () => {
    const cap = Array.from({ length: 64 }, () => `read:runs:${"x".repeat(246)}`);
    expect(await reasonOf(await signUserActorToken({ claims: { ...claims, cap }, ring }))).toBe("accepted");
  });

  it("has types that a plugin's author can build on", () => {
    expectTypeOf<UserActorClaims["cap"]>().toEqualTypeOf<string[] | undefined>();
    expectTypeOf<UserActorClaims["act"]>().toEqualTypeOf<{ client: string; pat: string }>();
    expectTypeOf<UserActorAuthResult>().toEqualTypeOf<{ ok: true; authentication: UserAuthentication } | Refusal>();
  });
});
