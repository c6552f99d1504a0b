import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forge, without } from "../support/forge.js";
import { expectGeneric401 } from "../support/generic-401.js";
import { type Make, makesOf } from "../support/makes.js";
import { MUTATIONS } from "../support/mutations.js";
import { fingerprint } from "../support/state.js";
import { startWorld, type World } from "../support/world.js";

const NAMES: Make["name"][] = ["user-actor token", "exchanged JWT", "self-signed JWT"];
const USER_ROUTE = { method: "GET", path: "/api/v2/whoami" };
const MINT = { method: "POST", path: "/api/v1/auth/user-actor-token" };
const ENVIRONMENT_ROUTE = { method: "GET", path: "/api/v1/runs" };
const ROUTES = [USER_ROUTE, MINT, ENVIRONMENT_ROUTE];

let world: World;
let makes: Make[];
let before: Record<string, string>;
/** The request ids of everything that was refused. */
const refused: string[] = [];

const makeOf = (name: Make["name"]): Make => {
  const found = makes.find((make) => make.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};

const send = ({ method, path }: { method: string; path: string }, token: string) =>
  world.app.api(method, path, { as: token });

async function expectRefused(route: { method: string; path: string }, token: string): Promise<void> {
  refused.push(expectGeneric401(await send(route, token)));
}

beforeAll(async () => {
  world = await startWorld();
  makes = await makesOf(world);
  before = await fingerprint(world.pool);
});

afterAll(() => world?.stop());

describe.each(NAMES)("a forged %s", (name) => {
  it("is taken when nothing about it is wrong, so that what follows fails for its own reason", async () => {
    const { prefix, header, claims, secret, probe, token } = makeOf(name);
    for (const good of [token, prefix + forge(header, claims, secret)]) {
      expect((await send(probe, good)).status).toBe(200);
    }
  });

  it.each(MUTATIONS)("is refused with %s", async (_what, forgery) => {
    const make = makeOf(name);
    const forged = forgery(make);
    // Not every mutation can be made of every kind of token.
    if (forged === null) return;
    await expectRefused(make.probe, make.prefix + forged);
  });

  it("is refused with any one bit of its signature flipped", async () => {
    const { prefix, token, probe } = makeOf(name);
    const parts = token.slice(prefix.length).split(".");
    const signature = Buffer.from(parts[2] ?? "", "base64url");
    for (let bit = 0; bit < 256; bit += 7) {
      const flipped = Buffer.from(signature);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await expectRefused(probe, `${prefix}${parts[0]}.${parts[1]}.${flipped.toString("base64url")}`);
    }
  });

  it("is refused with any character of it changed, or cut off anywhere", async () => {
    const { prefix, token, probe } = makeOf(name);
    for (let at = prefix.length; at < token.length; at += 11) {
      const other = token[at] === "A" ? "B" : "A";
      await expectRefused(probe, token.slice(0, at) + other + token.slice(at + 1));
      await expectRefused(probe, token.slice(0, at));
    }
  });

  it("is refused with every prefix that is not its own", async () => {
    const { prefix, token } = makeOf(name);
    const bare = token.slice(prefix.length);
    const prefixes = [
      "tr_uat_tr_uat_",
      "TR_UAT_",
      "Tr_Uat_",
      "tr_uat",
      "tr_pat_",
      "tr_dev_",
      "tr_prod_",
      "tr_",
      "uat_",
    ];
    const wrong = prefix === "" ? [...prefixes, "tr_uat_"] : [...prefixes, ""];
    for (const other of wrong) for (const route of ROUTES) await expectRefused(route, other + bare);
  });

  it("is refused where another kind is asked for, however it is dressed", async () => {
    const { claims, header, prefix, token } = makeOf(name);
    const isUser = prefix !== "";
    for (const route of isUser ? [MINT, ENVIRONMENT_ROUTE] : [USER_ROUTE, MINT]) await expectRefused(route, token);
    for (const other of makes.filter((make) => make.name !== name)) {
      for (const secret of [other.secret, makeOf(name).secret]) {
        const dressed = [
          // Its own claims in another's header, and another's claims in its own.
          other.prefix + forge(other.header, claims, secret),
          prefix + forge(header, other.claims, secret),
          prefix + forge(other.header, claims, secret),
          other.prefix + forge(header, claims, secret),
          other.prefix + forge(other.header, { ...other.claims, ...claims }, makeOf(name).secret),
          prefix + forge({ ...header, kid: other.header["kid"] }, claims, other.secret),
        ];
        const genuine = [token, other.token, prefix + forge(header, claims, makeOf(name).secret)];
        for (const disguise of new Set(dressed)) {
          if (!genuine.includes(disguise)) for (const route of ROUTES) await expectRefused(route, disguise);
        }
      }
    }
  });
});

describe("a kid", () => {
  const KIDS = [
    "",
    "unknown",
    "../../../../dev/null",
    "/dev/null",
    "' OR '1'='1",
    "__proto__",
    "constructor",
    "0",
    "k".repeat(4000),
    "kid\n",
    "%00",
    "http://127.0.0.1/",
  ];

  it.each(KIDS)("of %j names no key", async (kid) => {
    for (const name of ["user-actor token", "exchanged JWT"] as const) {
      const { header, claims, secret, prefix, probe } = makeOf(name);
      for (const key of [secret, "", kid]) await expectRefused(probe, prefix + forge({ ...header, kid }, claims, key));
      await expectRefused(probe, prefix + forge(without(header, "kid"), claims, secret));
    }
  });
});

describe("the claims of a user-actor token", () => {
  const forged = (claims: Record<string, unknown>) => {
    const { header, claims: own, secret, prefix } = makeOf("user-actor token");
    return prefix + forge(header, { ...own, ...claims }, secret);
  };

  it("refuse every other kind", async () => {
    for (const kind of ["user", "USER_ACTOR", "", "session", null, 1, ["user_actor"]]) {
      await expectRefused(USER_ROUTE, forged({ kind }));
    }
  });

  it("must name a kind", async () => {
    const { header, claims, secret, prefix } = makeOf("user-actor token");
    for (const name of ["kind", "jti", "act", "sub"]) {
      await expectRefused(USER_ROUTE, prefix + forge(header, without(claims, name), secret));
    }
  });

  it("refuse a cap that is no list of scopes", async () => {
    const caps = [
      ...["read:all", "", 1, true, {}, null, [1], [null], [["read:all"]], [{}], { 0: "read:all", length: 1 }],
      Array.from({ length: 65 }, () => "read:runs"),
      ["x".repeat(257)],
    ];
    for (const cap of caps) await expectRefused(USER_ROUTE, forged({ cap }));
  });

  it("refuse a ledger id that is unknown, another's, or of another kind", async () => {
    const { token, id } = await world.mint({}, world.stranger.pat);
    expect(token).toMatch(/^tr_uat_/);
    const ids = ["uat_aaaaaaaaaaaaaaaaaaaaaaaa", id, world.owner.patId, "", "uat_", "' OR '1'='1", "uat_%", null, 7];
    for (const jti of ids) await expectRefused(USER_ROUTE, forged({ jti }));
    before = await fingerprint(world.pool);
  });

  it("refuse another person, and a parent that is another's", async () => {
    const { stranger, owner } = world;
    const act = { client: "forger", pat: owner.patId };
    await expectRefused(USER_ROUTE, forged({ sub: stranger.userId }));
    await expectRefused(USER_ROUTE, forged({ sub: stranger.userId, act: { ...act, pat: stranger.patId } }));
    for (const pat of [stranger.patId, "pat_aaaaaaaaaaaaaaaaaaaaaaaa", "", null, [owner.patId]]) {
      await expectRefused(USER_ROUTE, forged({ act: { ...act, pat } }));
    }
    for (const wrong of [null, "pat", [], {}, { client: "x" }, { pat: owner.patId }, { ...act, client: "a\nb" }]) {
      await expectRefused(USER_ROUTE, forged({ act: wrong }));
    }
  });

  it("cannot widen what the ledger says, even with the right secret", async () => {
    const { owner, app } = world;
    const key = `/api/v1/projects/${owner.ref}/dev`;
    for (const cap of [["admin"], ["read:apiKeys"], ["*:all", "read:apiKeys"]]) {
      expect((await app.api("GET", key, { as: forged({ cap }) })).status).toBe(403);
    }
    const { header, claims, secret, prefix } = makeOf("user-actor token");
    const capless = prefix + forge(header, without(claims, "cap"), secret);
    expect((await app.api("GET", key, { as: capless })).status).toBe(403);
    const exchange = await app.api("POST", `/api/v1/projects/${owner.ref}/dev/jwt`, {
      as: capless,
      body: { claims: { scopes: ["write:runs"] } },
    });
    expect(exchange.status).toBe(403);
  });
});

describe("the claims of an environment JWT", () => {
  const forged = (name: Make["name"], claims: Record<string, unknown>) => {
    const { header, claims: own, secret } = makeOf(name);
    return forge(header, { ...own, ...claims }, secret);
  };

  it("make nothing possible without scopes, and are refused when those are no list of strings", async () => {
    for (const name of ["exchanged JWT", "self-signed JWT"] as const) {
      const { header, claims, secret } = makeOf(name);
      for (const empty of [forge(header, without(claims, "scopes"), secret), forged(name, { scopes: [] })]) {
        expect((await send(ENVIRONMENT_ROUTE, empty)).status).toBe(403);
      }
      for (const scopes of ["read:runs", 1, {}, null, [1], [["read:runs"]], Array(2000).fill("read:runs")]) {
        await expectRefused(ENVIRONMENT_ROUTE, forged(name, { scopes }));
      }
      for (const scope of ["READ:runs", "read:runs ", "read:all:x", "admin:", "*", "read", "runs", "re\u200Bad:runs"]) {
        expect((await send(ENVIRONMENT_ROUTE, forged(name, { scopes: [scope] }))).status).toBe(403);
      }
    }
  });

  it("must say that they are public", async () => {
    for (const name of ["exchanged JWT", "self-signed JWT"] as const) {
      for (const pub of [undefined, false, null, "true", 1]) {
        await expectRefused(ENVIRONMENT_ROUTE, forged(name, { pub }));
      }
    }
  });

  it("name no actor when an environment's key signed them", async () => {
    const real = makeOf("exchanged JWT").claims["act"];
    for (const act of [real, null, {}, "", 0, false, []]) {
      await expectRefused(ENVIRONMENT_ROUTE, forged("self-signed JWT", { act }));
    }
  });

  it("must name an actor when we exchanged them, with a live lineage that hangs together", async () => {
    const { owner, stranger } = world;
    const { header, claims, secret } = makeOf("exchanged JWT");
    await expectRefused(ENVIRONMENT_ROUTE, forge(header, without(claims, "act"), secret));
    const other = await world.mint({}, stranger.pat);
    const act = { sub: owner.userId, pat: owner.patId };
    const wrong = [
      ...[null, {}, "", [], { ...act, sub: "" }, { ...act, pat: "" }, { ...act, sub: null }, { sub: owner.userId }],
      { ...act, sub: stranger.userId },
      { ...act, pat: stranger.patId },
      { sub: stranger.userId, pat: stranger.patId },
      { ...act, uat: other.id },
      { ...act, uat: "uat_aaaaaaaaaaaaaaaaaaaaaaaa" },
      { ...act, uat: owner.patId },
      { ...act, pat: "pat_aaaaaaaaaaaaaaaaaaaaaaaa" },
      { ...act, client: 7 },
    ];
    for (const one of wrong) await expectRefused(ENVIRONMENT_ROUTE, forged("exchanged JWT", { act: one }));
    before = await fingerprint(world.pool);
  });

  it("name an environment whose key signed them and no other", async () => {
    const { owner, stranger } = world;
    const elsewhere = [owner.environments.prod, owner.environments.preview, stranger.environments.dev];
    for (const { id } of elsewhere) await expectRefused(ENVIRONMENT_ROUTE, forged("self-signed JWT", { sub: id }));
    await expectRefused(ENVIRONMENT_ROUTE, forged("exchanged JWT", { sub: stranger.environments.prod.id }));
  });
});

describe("a credential that is no JWT", () => {
  it("is refused when it is made up, misspelt or another's look-alike", async () => {
    const { pat, environments } = world.owner;
    const swap = (text: string) => text.slice(0, -1) + (text.endsWith("a") ? "b" : "a");
    const wrong = [
      swap(pat),
      pat.toUpperCase(),
      pat.slice(0, -1),
      `${pat}1`,
      `tr_pat_${"1".repeat(40)}`,
      "tr_pat_",
      pat.slice(7),
      `tr_uat_${pat.slice(7)}`,
      `tr_uat_${pat}`,
      `tr_dev_${pat.slice(7)}`,
      environments.dev.apiKey.replace("tr_dev_", "tr_prod_"),
      swap(environments.dev.apiKey),
      "tr_dev_",
      "tr_prod_x",
      environments.dev.apiKey.toUpperCase(),
      `tr_uat_${environments.dev.apiKey.slice(7)}`,
      environments.dev.apiKey.slice(7),
      "null",
      "undefined",
      "0",
      "admin",
      "*",
      "%",
      ".",
      "..",
      "a.b.c",
      "eyJ",
      "eyJ.eyJ.eyJ",
      "e30.e30.e30",
    ];
    for (const credential of wrong) for (const route of ROUTES) await expectRefused(route, credential);
    for (const [route, credential] of [
      [ENVIRONMENT_ROUTE, pat],
      [USER_ROUTE, environments.dev.apiKey],
      [MINT, environments.dev.apiKey],
    ] as const) {
      await expectRefused(route, credential);
    }
  });
});

it("nothing that was refused has changed anything", async () => {
  expect(await fingerprint(world.pool)).toEqual(before);
});

it("the log has a reason for each refusal, and no token", async () => {
  await sleep(300);
  const log = world.app.log();
  const reasons = new Map(
    [...log.matchAll(/^\{.*"requestId":"(\w+)","reason":"(\w+)".*$/gm)].map(([, id, reason]) => [id, reason]),
  );
  expect(refused.length).toBeGreaterThan(500);
  expect(refused.filter((id) => !reasons.has(id))).toEqual([]);
  expect(log).not.toMatch(/eyJ[\w-]{10}|tr_(uat|pat|dev)_\w{10}/);
});
