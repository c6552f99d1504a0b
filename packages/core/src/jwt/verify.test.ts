import { createHmac } from "node:crypto";
import { describe, expect, expectTypeOf, it } from "vitest";
import { AUDIENCE, ISSUER, MAX_LIFETIME_SECONDS, MAX_TOKEN_LENGTH } from "./constants.js";
import { decodeJwtUnverified } from "./compact.js";
import type { JwtKey } from "./key.js";
import type { JwtRefusalReason } from "./refusal.js";
import { signJwt } from "./sign.js";
import { verifyJwt, type VerifyJwtOptions, type VerifyJwtResult } from "./verify.js";

const KEY = { kid: "k1", secret: "q3Jx0ZkW7mN-vT5yRb2LcH8sUe_dPfG4aKi9oXnMw1E" };
const NOW = new Date("2026-01-01T00:00:00.500Z");
const SECONDS = Math.floor(NOW.getTime() / 1000);
const CLAIMS = { iss: ISSUER, aud: AUDIENCE, sub: "user_1", iat: SECONDS, exp: SECONDS + 3600 };
const HEADER = { alg: "HS256", typ: "test+jwt", kid: "k1" };

const findKey = ({ kid }: { kid?: string }) => (kid === KEY.kid ? KEY : null);
const verify = (token: string, options: Partial<VerifyJwtOptions> = {}) =>
  verifyJwt(token, { typ: "test+jwt", findKey, now: NOW, ...options });

const encode = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** Signs whatever it is given, as an attacker with the key would. */
function forge(header: unknown, payload: unknown, { secret = KEY.secret, hash = "sha256" } = {}): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest("base64url")}`;
}

const at = (seconds: number) => ({ now: new Date((SECONDS + seconds) * 1000) });
const reasonOf = (result: VerifyJwtResult) => (result.ok ? "accepted" : result.reason);
const withHeader = (members: object) => forge({ ...HEADER, ...members }, CLAIMS);
const withClaims = (members: object) => forge(HEADER, { ...CLAIMS, ...members });
const without = (name: string) =>
  forge(HEADER, Object.fromEntries(Object.entries(CLAIMS).filter(([key]) => key !== name)));
const good = forge(HEADER, CLAIMS);
const [head = "", body = "", signature = ""] = good.split(".");

describe("verifyJwt", () => {
  it("accepts what signJwt made, and answers header and claims", async () => {
    const token = await signJwt({ typ: "test+jwt", claims: { ...CLAIMS, extra: [1] }, key: KEY });
    expect(await verify(token)).toEqual({ ok: true, header: HEADER, claims: { ...CLAIMS, extra: [1] } });
  });

  it("accepts a token of another maker of the same make", async () => {
    expect(reasonOf(await verify(good))).toBe("accepted");
  });

  const attacks: [string, string, JwtRefusalReason][] = [
    ...[
      "none",
      "None",
      "NONE",
      "nOnE",
      "",
      "hs256",
      "HS384",
      "HS512",
      "RS256",
      "ES256",
      "PS256",
      "EdDSA",
      "dir",
      null,
      256,
      ["HS256"],
    ].map((alg): [string, string, JwtRefusalReason] => [
      `alg ${JSON.stringify(alg)}`,
      withHeader({ alg }),
      "algorithm",
    ]),
    ["alg none without a signature", `${encode({ ...HEADER, alg: "none" })}.${body}.`, "algorithm"],
    ["no alg", forge({ typ: "test+jwt", kid: "k1" }, CLAIMS), "algorithm"],
    ["a signature of HS512", forge(HEADER, CLAIMS, { hash: "sha512" }), "signature"],
    ["a signature of HS384", forge(HEADER, CLAIMS, { hash: "sha384" }), "signature"],
    ["an embedded jwk", withHeader({ jwk: { kty: "oct", k: encode(KEY.secret) } }), "malformed"],
    ["jku", withHeader({ jku: "https://attacker.example/keys" }), "malformed"],
    ["x5u", withHeader({ x5u: "https://attacker.example/cert" }), "malformed"],
    ["x5c", withHeader({ x5c: ["MIIB"] }), "malformed"],
    ["x5t", withHeader({ x5t: "AAAA" }), "malformed"],
    ["x5t#S256", withHeader({ "x5t#S256": "AAAA" }), "malformed"],
    ["crit", withHeader({ crit: ["exp"] }), "malformed"],
    ["an empty crit", withHeader({ crit: [] }), "malformed"],
    ["b64 false", withHeader({ b64: false, crit: ["b64"] }), "malformed"],
    ["zip", withHeader({ zip: "DEF" }), "malformed"],
    ["an unknown kid", withHeader({ kid: "k2" }), "unknown_key"],
    ["kid as a path", withHeader({ kid: "../../../dev/null" }), "unknown_key"],
    ["kid as SQL", withHeader({ kid: "k1' UNION SELECT 'secret" }), "unknown_key"],
    ["kid as __proto__", withHeader({ kid: "__proto__" }), "unknown_key"],
    ["no kid", forge({ alg: "HS256", typ: "test+jwt" }, CLAIMS), "unknown_key"],
    ["kid as a number", withHeader({ kid: 1 }), "malformed"],
    ["typ of another kind", withHeader({ typ: "other+jwt" }), "wrong_kind"],
    ["typ in another case", withHeader({ typ: "TEST+JWT" }), "wrong_kind"],
    ["typ with its media type spelt out", withHeader({ typ: "application/test+jwt" }), "wrong_kind"],
    ["no typ", forge({ alg: "HS256", kid: "k1" }, CLAIMS), "wrong_kind"],
    ["typ as a list", withHeader({ typ: ["test+jwt"] }), "malformed"],
    ["another secret", forge(HEADER, CLAIMS, { secret: `${KEY.secret}x` }), "signature"],
    ["an empty secret", forge(HEADER, CLAIMS, { secret: "" }), "signature"],
    ["an empty signature", `${head}.${body}.`, "signature"],
    ["a longer signature", `${head}.${body}.${Buffer.alloc(33).toString("base64url")}`, "signature"],
    ["a signature of zeros", `${head}.${body}.${Buffer.alloc(32).toString("base64url")}`, "signature"],
    ["no exp", without("exp"), "bad_claims"],
    ["exp as a string", withClaims({ exp: String(SECONDS + 60) }), "bad_claims"],
    ["exp null", withClaims({ exp: null }), "bad_claims"],
    ["exp endless", forge(HEADER, JSON.stringify(CLAIMS).replace(String(CLAIMS.exp), "1e999")), "bad_claims"],
    ["exp huge", withClaims({ exp: 1e18 }), "bad_claims"],
    ["exp negative", withClaims({ exp: -1 }), "bad_claims"],
    ["exp past the longest life", withClaims({ exp: SECONDS + MAX_LIFETIME_SECONDS + 1 }), "lifetime"],
    ["exp in milliseconds", withClaims({ exp: SECONDS * 1000 }), "lifetime"],
    ["exp before iat", withClaims({ exp: SECONDS - 1 }), "lifetime"],
    ["exp over", withClaims({ iat: SECONDS - 60, exp: SECONDS - 5 }), "expired"],
    ["no iat", without("iat"), "bad_claims"],
    ["iat as a string", withClaims({ iat: "0" }), "bad_claims"],
    ["iat far ahead", withClaims({ iat: SECONDS + 60 }), "not_yet_valid"],
    ["nbf ahead", withClaims({ nbf: SECONDS + 60 }), "not_yet_valid"],
    ["nbf as a string", withClaims({ nbf: "0" }), "bad_claims"],
    ["no iss", without("iss"), "bad_claims"],
    ["another iss", withClaims({ iss: "https://id.trigger.dev/" }), "bad_claims"],
    ["no aud", without("aud"), "bad_claims"],
    ["another aud", withClaims({ aud: ISSUER }), "bad_claims"],
    ["aud as a list", withClaims({ aud: [AUDIENCE] }), "bad_claims"],
    ["a claim given twice", forge(HEADER, `{"sub":"user_2",${JSON.stringify(CLAIMS).slice(1)}`), "malformed"],
    ["a claim given twice deep inside", withClaimsText('"act":{"sub":"a","sub":"b"}'), "malformed"],
    ["a header given twice", forge(`{"alg":"none",${JSON.stringify(HEADER).slice(1)}`, CLAIMS), "malformed"],
    ["__proto__ as a claim", withClaimsText('"__proto__":{"sub":"user_2"}'), "malformed"],
    ["__proto__ in the header", forge(`{"__proto__":{},${JSON.stringify(HEADER).slice(1)}`, CLAIMS), "malformed"],
    ["a byte-order mark in the header", forge(`\uFEFF${JSON.stringify(HEADER)}`, CLAIMS), "malformed"],
    ["a byte-order mark in the claims", forge(HEADER, `\uFEFF${JSON.stringify(CLAIMS)}`), "malformed"],
    ["claims that are a list", forge(HEADER, "[]"), "malformed"],
    ["claims that are no JSON", forge(HEADER, "exp=1"), "malformed"],
    ["padding", `${head}.${body}.${signature}=`, "malformed"],
    ["white space before", ` ${good}`, "malformed"],
    ["white space after", `${good}\n`, "malformed"],
    ["white space between", `${head}. ${body}.${signature}`, "malformed"],
    ["standard base64", `${head}.${body}.${Buffer.alloc(32, 0xff).toString("base64").slice(0, 43)}`, "malformed"],
    ["stray bits at the end", `${head}.${body}.${strayBits(signature)}`, "malformed"],
    ["two parts", `${head}.${body}`, "malformed"],
    ["four parts", `${good}.${signature}`, "malformed"],
    ["five parts", `${good}..`, "malformed"],
    ["nothing", "", "malformed"],
    ["dots", "..", "malformed"],
    ["too much", forge(HEADER, { ...CLAIMS, filler: "x".repeat(MAX_TOKEN_LENGTH) }), "malformed"],
  ];

  it.each(attacks)("refuses %s", async (_, token, reason) => {
    expect(reasonOf(await verify(token))).toBe(reason);
  });

  it("refuses every flipped bit and every truncation", async () => {
    for (let index = 0; index < good.length; index++) {
      const flipped = String.fromCodePoint(good.charCodeAt(index) ^ 1);
      const changed = good.slice(0, index) + flipped + good.slice(index + 1);
      expect(reasonOf(await verify(changed)), `character ${index}`).not.toBe("accepted");
      expect(reasonOf(await verify(good.slice(0, index))), `cut at ${index}`).not.toBe("accepted");
    }
  });

  it("allows five seconds between clocks and no more", async () => {
    expect(reasonOf(await verify(good, at(3604.9)))).toBe("accepted");
    expect(reasonOf(await verify(good, at(3605)))).toBe("expired");
    expect(reasonOf(await verify(good, at(-5)))).toBe("accepted");
    expect(reasonOf(await verify(good, at(-5.1)))).toBe("not_yet_valid");
  });

  it("takes the longest life, and fractions of a second", async () => {
    expect(reasonOf(await verify(withClaims({ exp: SECONDS + MAX_LIFETIME_SECONDS })))).toBe("accepted");
    expect(reasonOf(await verify(withClaims({ exp: SECONDS + 1.5 })))).toBe("accepted");
  });

  it("tries every candidate key, and refuses where there is none", async () => {
    const others: JwtKey[] = [{ secret: "tr_dev_another" }, { secret: "" }];
    expect(reasonOf(await verify(good, { findKey: () => [...others, KEY] }))).toBe("accepted");
    expect(reasonOf(await verify(good, { findKey: () => others }))).toBe("signature");
    expect(reasonOf(await verify(good, { findKey: () => [] }))).toBe("unknown_key");
    expect(reasonOf(await verify(good, { findKey: () => undefined }))).toBe("unknown_key");
  });

  it("takes an absent typ only where it is allowed", async () => {
    const typ = [undefined, "JWT"];
    const key = { secret: "tr_dev_0123456789abcdefghijklmn" };
    const options = { typ, findKey: () => key };
    expect(reasonOf(await verify(await signJwt({ claims: CLAIMS, key }), options))).toBe("accepted");
    expect(reasonOf(await verify(await signJwt({ typ: "JWT", claims: CLAIMS, key }), options))).toBe("accepted");
    expect(reasonOf(await verify(await signJwt({ typ: "jwt", claims: CLAIMS, key }), options))).toBe("wrong_kind");
    expect(reasonOf(await verify(await signJwt({ typ: "env+jwt", claims: CLAIMS, key }), options))).toBe("wrong_kind");
  });

  it("ignores a header member that nobody understands (RFC 7515 §4)", async () => {
    expect(reasonOf(await verify(withHeader({ "https://example.com/x": 1 })))).toBe("accepted");
  });

  it("answers a reason of the union, or claims", async () => {
    const result = await verify(good);
    if (result.ok) expectTypeOf(result.claims.exp).toEqualTypeOf<number>();
    else expectTypeOf(result.reason).toEqualTypeOf<JwtRefusalReason>();
  });
});

describe("decodeJwtUnverified", () => {
  it("reads header and claims whoever signed", () => {
    expect(decodeJwtUnverified(forge(HEADER, CLAIMS, { secret: "other" }))).toEqual({ header: HEADER, claims: CLAIMS });
  });

  it("answers null for what could never verify", () => {
    for (const token of ["", "a.b.c", `${good}=`, withHeader({ alg: "none" }), forge(HEADER, "[]")]) {
      expect(decodeJwtUnverified(token)).toBeNull();
    }
  });
});

function withClaimsText(member: string): string {
  return forge(HEADER, `{${member},${JSON.stringify(CLAIMS).slice(1)}`);
}

/** The same 32 bytes, with the two unused bits of the last character set. */
function strayBits(text: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return text.slice(0, -1) + alphabet.charAt(alphabet.indexOf(text.slice(-1)) + 1);
}
