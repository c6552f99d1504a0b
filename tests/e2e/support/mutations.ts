import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { forge, forgeText, nonCanonical, without } from "./forge.js";
import type { Make } from "./makes.js";

type Members = Record<string, unknown>;
/** What a forger makes of a token, without its prefix; null where it cannot be made. */
type Forgery = (make: Make) => string | null;

const json = JSON.stringify;
const NOW = Math.floor(Date.now() / 1000);
const YEAR = 31_536_000;

const withHeader =
  (members: Members): Forgery =>
  ({ header, claims, secret }) =>
    forge({ ...header, ...members }, claims, secret);

const withClaims =
  (members: Members): Forgery =>
  ({ header, claims, secret }) =>
    forge(header, { ...claims, ...members }, secret);

const withoutClaims =
  (...names: string[]): Forgery =>
  ({ header, claims, secret }) =>
    forge(header, without(claims, ...names), secret);

/** Puts raw text into the claims: `add` starts with a comma and ends before the closing brace. */
const withRawClaims =
  (add: string): Forgery =>
  ({ header, claims, secret }) =>
    forgeText(json(header), `${json(claims).slice(0, -1)}${add}}`, secret);

const withRawHeader =
  (add: string): Forgery =>
  ({ header, claims, secret }) =>
    forgeText(`${json(header).slice(0, -1)}${add}}`, json(claims), secret);

const part = (token: string, index: number): string => token.split(".")[index] ?? "";

const replacePart = (token: string, index: number, text: string): string =>
  token
    .split(".")
    .map((old, at) => (at === index ? text : old))
    .join(".");

const bare = ({ token, prefix }: Make): string => token.slice(prefix.length);

const named = (name: string, values: readonly unknown[], make: (value: unknown) => Forgery): [string, Forgery][] =>
  values.map((value) => [`${name} ${json(value)?.slice(0, 60) ?? "undefined"}`, make(value)]);

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

function signedByOwnKey({ header, claims }: Make): string {
  const own = { ...header, alg: "RS256", jwk: publicKey.export({ format: "jwk" }) };
  const input = `${Buffer.from(json(own)).toString("base64url")}.${Buffer.from(json(claims)).toString("base64url")}`;
  return `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
}

const ALGORITHMS: [string, Forgery][] = [
  ...["none", "None", "NONE", "nOnE", "none ", "", "null"].flatMap((alg): [string, Forgery][] => [
    [
      `alg ${json(alg)} without a signature`,
      ({ header, claims }) => forge({ ...header, alg }, claims, "").replace(/[^.]*$/, ""),
    ],
    [`alg ${json(alg)} with a good signature`, withHeader({ alg })],
  ]),
  [
    "HS384 over the right secret",
    ({ header, claims, secret }) => forge({ ...header, alg: "HS384" }, claims, secret, "sha384"),
  ],
  [
    "HS512 over the right secret",
    ({ header, claims, secret }) => forge({ ...header, alg: "HS512" }, claims, secret, "sha512"),
  ],
  ...named(
    "alg",
    ["hs256", "HS256 ", "RS256", "ES256", "PS256", "EdDSA", "dir", "A256GCM", null, 1, ["HS256"], {}],
    (alg) => withHeader({ alg }),
  ),
  ["no alg", ({ header, claims, secret }) => forge(without(header, "alg"), claims, secret)],
  ["RS256 signed with an embedded key", signedByOwnKey],
];

const HEADERS: [string, Forgery][] = [
  ["an embedded jwk", withHeader({ jwk: { kty: "oct", k: "AAAA" } })],
  ["a jku", withHeader({ jku: "http://127.0.0.1:1/keys" })],
  ["an x5u", withHeader({ x5u: "http://127.0.0.1:1/chain" })],
  ["an x5c", withHeader({ x5c: ["MIIB"] })],
  ["an x5t", withHeader({ x5t: "AAAA" })],
  ["an x5t#S256", withHeader({ "x5t#S256": "AAAA" })],
  ...named("crit", [["exp"], [], ["b64"], null, "exp"], (crit) => withHeader({ crit })),
  ["b64 false", withHeader({ b64: false })],
  ["zip", withHeader({ zip: "DEF" })],
  ...named("kid", [1, null, ["k"], {}, true], (kid) => withHeader({ kid })),
  ...named("typ", ["", "jwt", "UAT+JWT", "ENV+JWT", "application/uat+jwt", "at+jwt", 1, null, ["JWT"]], (typ) =>
    withHeader({ typ }),
  ),
  ["a duplicate alg", withRawHeader(`,"alg":"HS256"`)],
  ["a duplicate alg, escaped", withRawHeader(`,"\\u0061lg":"none"`)],
  ["__proto__ in the header", withRawHeader(`,"__proto__":{"alg":"HS256"}`)],
  [
    "a byte-order mark in the header",
    ({ header, claims, secret }) => forgeText(`\uFEFF${json(header)}`, json(claims), secret),
  ],
  ["a header that is a list", ({ header, claims, secret }) => forge([header], claims, secret)],
  ["a header that is a string", ({ claims, secret }) => forge("HS256", claims, secret)],
  ["a header that is null", ({ claims, secret }) => forge(null, claims, secret)],
  [
    "a header that is no UTF-8",
    ({ claims, secret }) => forgeText(Buffer.from([0x7b, 0xff, 0x7d]), json(claims), secret),
  ],
];

const WRONG_DATES = ["4102444800", "never", null, true, [], {}, -1, 1e300];

const CLAIMS: [string, Forgery][] = [
  ["no exp", withoutClaims("exp")],
  ...named("exp", [...WRONG_DATES, 0, NOW - 60, Number.MAX_SAFE_INTEGER], (exp) => withClaims({ exp })),
  [
    "an infinite exp",
    ({ header, claims, secret }) => forgeText(json(header), json(claims).replace(/"exp":\d+/, `"exp":1e999`), secret),
  ],
  ["an exp over a year after iat", withClaims({ iat: NOW, exp: NOW + YEAR + 60 })],
  ["an exp before iat", withClaims({ iat: NOW, exp: NOW - 1 })],
  ["no iat", withoutClaims("iat")],
  ...named("iat", [...WRONG_DATES, NOW + 600], (iat) => withClaims({ iat })),
  ["a far-future iat and exp", withClaims({ iat: NOW + YEAR, exp: NOW + YEAR + 60 })],
  ...named("nbf", [...WRONG_DATES, NOW + 600], (nbf) => withClaims({ nbf })),
  ["no iss", withoutClaims("iss")],
  ...named(
    "iss",
    [
      "",
      "https://id.trigger.dev/",
      "HTTPS://ID.TRIGGER.DEV",
      "https://evil.example",
      ["https://id.trigger.dev"],
      null,
      1,
    ],
    (iss) => withClaims({ iss }),
  ),
  ["no aud", withoutClaims("aud")],
  ...named(
    "aud",
    [
      "",
      "https://api.trigger.dev/",
      ["https://api.trigger.dev"],
      ["https://api.trigger.dev", "x"],
      "https://id.trigger.dev",
      null,
    ],
    (aud) => withClaims({ aud }),
  ),
  ["no sub", withoutClaims("sub")],
  ...named(
    "sub",
    [
      "",
      null,
      1,
      ["x"],
      "env_aaaaaaaaaaaaaaaaaaaaaaaa",
      "user_aaaaaaaaaaaaaaaaaaaaaaaa",
      "../..",
      "' OR '1'='1",
      "a\u0000b",
    ],
    (sub) => withClaims({ sub }),
  ),
  ["a duplicate exp", withRawClaims(`,"exp":${NOW + 600}`)],
  ["a duplicate sub, escaped", withRawClaims(`,"\\u0073ub":"x"`)],
  ["a duplicate key deep inside", withRawClaims(`,"x":{"a":[{"b":1,"b":2}]}`)],
  ["__proto__ as a claim", withRawClaims(`,"__proto__":{"scopes":["admin"],"cap":["admin"]}`)],
  ["__proto__ deep inside", withRawClaims(`,"x":[{"__proto__":null}]`)],
  ["a NUL in a claim", withRawClaims(`,"x":"\\u0000"`)],
  ["a lone surrogate in a claim", withRawClaims(`,"x":"\\ud800"`)],
  [
    "a byte-order mark in the claims",
    ({ header, claims, secret }) => forgeText(json(header), `\uFEFF${json(claims)}`, secret),
  ],
  ["claims that are a list", ({ header, claims, secret }) => forge(header, [claims], secret)],
  ["claims that are a string", ({ header, claims, secret }) => forge(header, json(claims), secret)],
  ["claims that are null", ({ header, secret }) => forge(header, null, secret)],
  ["claims that are no JSON", ({ header, secret }) => forgeText(json(header), "{", secret)],
  [
    "claims that are no UTF-8",
    ({ header, secret }) => forgeText(json(header), Buffer.from([0x7b, 0xff, 0x7d]), secret),
  ],
  ["empty claims", ({ header, secret }) => forge(header, {}, secret)],
  [
    "a second JSON value after the claims",
    ({ header, claims, secret }) => forgeText(json(header), `${json(claims)}{}`, secret),
  ],
];

const SPELLINGS: [string, Forgery][] = [
  ...[0, 1, 2].flatMap((index): [string, Forgery][] => [
    [
      `part ${index} in another spelling of the same bytes`,
      (make) => {
        const other = nonCanonical(part(bare(make), index));
        return other === null ? null : replacePart(bare(make), index, other);
      },
    ],
    [`part ${index} with padding`, (make) => replacePart(bare(make), index, `${part(bare(make), index)}=`)],
    [`part ${index} empty`, (make) => replacePart(bare(make), index, "")],
    [
      `part ${index} one character short`,
      (make) => replacePart(bare(make), index, part(bare(make), index).slice(0, -1)),
    ],
    [`part ${index} one character longer`, (make) => replacePart(bare(make), index, `${part(bare(make), index)}A`)],
  ]),
  [
    "a signature in the alphabet of plain base64",
    (make) => {
      const plain = Buffer.from(part(bare(make), 2), "base64url").toString("base64");
      return /[+/]/.test(plain) ? replacePart(bare(make), 2, plain.replace(/=+$/, "")) : null;
    },
  ],
  ["a fourth part", (make) => `${bare(make)}.AAAA`],
  ["five parts, as an encrypted token has", (make) => `${bare(make)}.AAAA.AAAA`],
  ["a dot in front", (make) => `.${bare(make)}`],
  ["a dot behind", (make) => `${bare(make)}.`],
  ["only two parts", (make) => bare(make).split(".").slice(0, 2).join(".")],
  ["only one part", (make) => part(bare(make), 0)],
  ["a signature twice as long", (make) => `${bare(make)}${part(bare(make), 2)}`],
  ["half a signature", (make) => replacePart(bare(make), 2, part(bare(make), 2).slice(0, 22))],
  ["a signature of zeroes", (make) => replacePart(bare(make), 2, Buffer.alloc(32).toString("base64url"))],
  [
    "a signature in hexadecimal",
    ({ header, claims, secret }) => {
      const token = forge(header, claims, secret);
      const input = token.slice(0, token.lastIndexOf("."));
      return `${input}.${createHmac("sha256", secret).update(input).digest("hex")}`;
    },
  ],
  ["ten thousand characters more", (make) => `${bare(make)}${"A".repeat(10_000)}`],
];

const SECRETS: [string, Forgery][] = [
  ["an empty secret", ({ header, claims }) => forge(header, claims, "")],
  [
    "the secret decoded from base64url",
    ({ header, claims, secret }) => {
      const input = `${Buffer.from(json(header)).toString("base64url")}.${Buffer.from(json(claims)).toString("base64url")}`;
      return `${input}.${createHmac("sha256", Buffer.from(secret, "base64url")).update(input).digest("base64url")}`;
    },
  ],
  ["the secret without its last character", ({ header, claims, secret }) => forge(header, claims, secret.slice(0, -1))],
  ["its own kid as the secret", ({ header, claims }) => forge(header, claims, String(header["kid"] ?? "kid"))],
  ...[0, 1, 2, 3].map((index): [string, Forgery] => [
    `the secret of another kind (${index})`,
    ({ header, claims, otherSecrets }) => forge(header, claims, otherSecrets[index] ?? "none"),
  ]),
];

/** Everything that a forger who even knows the right secret must not get away with, for each make. */
export const MUTATIONS: [string, Forgery][] = [...ALGORITHMS, ...HEADERS, ...CLAIMS, ...SPELLINGS, ...SECRETS];
