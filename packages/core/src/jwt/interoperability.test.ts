import * as jose from "jose";
import { describe, expect, it } from "vitest";
import { AUDIENCE, ISSUER, signJwt, verifyJwt } from "./index.js";

const secret = "a-secret-of-this-test-that-is-forty-three-chars-long";
const key = new TextEncoder().encode(secret);
const claims = { iss: ISSUER, aud: AUDIENCE, sub: "user_1", name: "Zoë 🦊" };
const now = Math.floor(Date.now() / 1000);

describe("tokens and another implementation of RFC 7515", () => {
  it("has its tokens verified by jose, claim for claim", async () => {
    const token = await signJwt({
      typ: "uat+jwt",
      claims: { ...claims, iat: now, exp: now + 60 },
      key: { kid: "k", secret },
    });
    const { payload, protectedHeader } = await jose.jwtVerify(token, key, { issuer: ISSUER, audience: AUDIENCE });
    expect(protectedHeader).toEqual({ alg: "HS256", typ: "uat+jwt", kid: "k" });
    expect(payload).toEqual({ ...claims, iat: now, exp: now + 60 });
  });

  it("verifies what jose signs, and refuses it under another secret", async () => {
    const token = await new jose.SignJWT({ ...claims, iat: now, exp: now + 60 })
      .setProtectedHeader({ alg: "HS256", typ: "uat+jwt" })
      .sign(key);
    const verify = (candidate: string) => verifyJwt(token, { typ: "uat+jwt", findKey: () => ({ secret: candidate }) });
    expect(await verify(secret)).toMatchObject({ ok: true, claims });
    expect(await verify(`${secret}x`)).toEqual({ ok: false, reason: "signature" });
  });
});
