import { ErrorBody } from "@trigger.dev/core/v3";
import { createAbility, parseScope } from "@trigger.dev/plugins/rbac";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { open } from "../support/forge.js";
import { fingerprint } from "../support/state.js";
import { startWorld, type World } from "../support/world.js";

/** What is no scope, however much it looks like one. */
const BAD_SCOPES = [
  ...[
    "",
    " ",
    ":",
    "::",
    "read",
    "runs",
    "read:",
    ":runs",
    "read::",
    "read::x",
    "read:runs:",
    "read:all:",
    "read:all:x",
  ],
  ...["admin:", "admin:all", "admin:x", "Admin", "ADMIN", " admin", "admin ", "admin\n", "\tadmin", "admin,read:runs"],
  ...[
    "*",
    "*:*",
    "*:",
    "**:all",
    "*:all:x",
    "READ:runs",
    "read:RUNS",
    "Read:Runs",
    "read:run",
    "delete:runs",
    "read:apikeys",
  ],
  ...[
    "read :runs",
    "read: runs",
    " read:runs",
    "read:runs ",
    "read\n:runs",
    "read:\truns",
    "read:runs:a\nb",
    "read:runs:a\u0000b",
  ],
  ...["read:runs:\u007f", "read:runs:a\u0085b", "read:runs:\ud800", "read\u0000:runs", "read:runs\u0000"],
  ...[
    "ｒｅａｄ:runs",
    "read:ｒｕｎｓ",
    "read：runs",
    "re\u200bad:runs",
    "read:ru\u200bns",
    "\ufeffread:runs",
    "read:runs\u200b",
    "read\u00ad:runs",
  ],
  ...["rеad:runs", "read:runѕ", "ａdmin", "аdmin", "adm\u0131n", "read\u2236runs", "read:all\u0000", "write\u200d:all"],
  ...[
    "read:__proto__",
    "__proto__:runs",
    "__proto__",
    "read:constructor",
    "constructor:runs",
    "constructor",
    "toString:all",
  ],
  ...["read:prototype", "hasOwnProperty:runs", "read:hasOwnProperty", "valueOf", "read:__proto__:x", "*:__proto__"],
  ...[
    "read:runs;write:runs",
    "read|write:runs",
    "read:runs,write:all",
    '["admin"]',
    "null",
    "undefined",
    "true",
    "read:all/..",
    "%61dmin",
  ],
  `read:runs:${"x".repeat(250)}`,
  `${"read".repeat(1000)}:runs`,
];

let world: World;
let paths: { mint: string; exchange: string };

beforeAll(async () => {
  world = await startWorld();
  paths = { mint: "/api/v1/auth/user-actor-token", exchange: `/api/v1/projects/${world.owner.ref}/dev/jwt` };
});

afterAll(() => world?.stop());

const mintWith = (cap: unknown) => world.app.api("POST", paths.mint, { as: world.owner.pat, body: { cap } });
const exchangeWith = (scopes: unknown, as = world.owner.pat) =>
  world.app.api("POST", paths.exchange, { as, body: { claims: { scopes } } });

describe("a scope that is none", () => {
  it.each(BAD_SCOPES)("%j is refused at mint and at exchange, by name and with the nearest good one", async (bad) => {
    const before = await fingerprint(world.pool);
    for (const { status, body, text } of [await mintWith([bad]), await exchangeWith([bad])]) {
      expect(status, text).toBe(400);
      expect(body["code"]).toBe("invalid_request");
      const { error, issues = [] } = ErrorBody.parse(body);
      const [{ scope = "-", suggestion = "" } = {}, ...others] = issues;
      expect(others).toEqual([]);
      expect(bad.startsWith(scope.replace(/…$/, "")), text).toBe(true);
      expect(parseScope(suggestion)).not.toBeNull();
      expect(error).toContain(`nearest one is "${suggestion}"`);
    }
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it("is named together with every other one, and spoils the good ones beside it", async () => {
    for (const answer of [
      await mintWith(["read:runs", "nope", "read:all:x"]),
      await exchangeWith(["read:runs", "nope", "read:all:x"]),
    ]) {
      expect(answer.status).toBe(400);
      expect(answer.text).toContain("nope");
      expect(answer.text).toContain("read:all:x");
      expect(answer.body["issues"]).toHaveLength(2);
    }
  });

  it("does not come back longer than it is fit to be shown", async () => {
    const { text } = await mintWith([`read:runs:${"x".repeat(4000)}`]);
    expect(text.length).toBeLessThan(2_000);
  });
});

describe("a list of scopes", () => {
  const WRONG_LISTS: unknown[] = [
    ...[[], {}, "read:runs", 1, true, null, [null], [1], [["read:runs"]], [{}], [true], { 0: "read:runs", length: 1 }],
    Array.from({ length: 65 }, (_, index) => `read:runs:run_${index}`),
    Array.from({ length: 50_000 }, () => "read:runs"),
  ];

  it.each(WRONG_LISTS.map((list, index) => ({ list, index })))(
    "is refused at mint and at exchange when it is none ($index)",
    async ({ list }) => {
      for (const { status, text } of [await mintWith(list), await exchangeWith(list)]) {
        expect(status, text.slice(0, 200)).toBe(400);
        expect(text.length).toBeLessThan(20_000);
      }
    },
  );

  it("may be as long as the grammar lets it, and the token can be used", async () => {
    const cap = Array.from({ length: 64 }, (_, index) => `read:tags:${index}${"x".repeat(244)}`.slice(0, 256));
    const { token } = await world.mint({ cap });
    expect((await world.app.api("GET", "/api/v2/whoami", { as: token })).status).toBe(200);
    const exchanged = await exchangeWith(undefined, token);
    expect(exchanged.status, exchanged.text.slice(0, 200)).toBe(200);
    const jwt = String(exchanged.body["token"]);
    const tag = encodeURIComponent(cap[0]?.slice("read:tags:".length) ?? "");
    expect((await world.app.api("GET", "/api/v1/runs", { as: jwt })).status).toBe(403);
    expect([200, 400]).toContain((await world.app.api("GET", `/api/v1/runs?filter[tag]=${tag}`, { as: jwt })).status);
  });

  it("never makes a token that no request can carry", async () => {
    const cap = Array.from({ length: 64 }, (_, index) => `*:tags:${index}${"x".repeat(240)}`);
    const { token } = await world.mint({ cap });
    const answer = await exchangeWith(["read:tags", "trigger:tags", "batchTrigger:tags"], token);
    if (answer.status === 200) {
      const use = await world.app.api("GET", "/api/v1/runs", { as: String(answer.body["token"]) });
      expect(use.status, use.text).toBe(403);
    } else {
      expect(answer.status, answer.text.slice(0, 200)).toBe(400);
    }
  });

  it("keeps names of any script as ids, as they are", async () => {
    for (const scope of [
      "read:tags:größe 東京 🙂",
      "read:tags:__proto__",
      "read:tags:a:b:c",
      "read:tags:*",
      "read:tags:admin",
    ]) {
      const { token, cap } = await world.mint({ cap: [scope] });
      expect(cap).toEqual([scope]);
      const { scopes } = await world.exchange("dev", {}, token);
      expect(scopes).toEqual([scope]);
    }
  });

  it("is a list of its own beside other keys, also those that a prototype has", async () => {
    for (const raw of [
      `{"__proto__":{"cap":["admin"]},"cap":["read:runs"]}`,
      `{"constructor":{"prototype":{"cap":["admin"]}},"cap":["read:runs"]}`,
      `{"cap":["read:runs"],"Cap":["admin"],"CAP":["admin"],"scopes":["admin"]}`,
    ]) {
      const answer = await world.app.api("POST", paths.mint, {
        as: world.owner.pat,
        raw,
        headers: { "content-type": "application/json" },
      });
      expect(answer.status).toBe(200);
      expect(answer.body["cap"]).toEqual(["read:runs"]);
    }
  });
});

describe("a capped token", () => {
  it.each([
    ["read:runs", "*:all"],
    ["read:runs", "admin"],
    ["read:all", "*:all"],
    ["read:all", "read:apiKeys"],
    ["*:all", "admin"],
    ["*:all", "*:apiKeys"],
    ["read:runs:run_1", "read:runs"],
    ["trigger:tasks:a", "write:tasks"],
  ])("%s never grants all of %s", async (cap, asked) => {
    const { token } = await world.mint({ cap: [cap] });
    const answer = await exchangeWith([asked], token);
    const granted = answer.status === 200 ? answer.body["scopes"] : [];
    expect(granted).not.toContain(asked);
    expect(answer.body["deniedScopes"]).toContain(asked);
  });
});

describe("whatever an exchanged token may do, its parent may", () => {
  const id = fc.constantFrom("a", "b", "env:staging");
  const scope = fc
    .tuple(
      fc.constantFrom("read", "write", "trigger", "batchTrigger", "*"),
      fc.constantFrom("all", "runs", "tasks", "tags", "apiKeys", "batch", "envvars"),
      fc.option(id),
    )
    .map(([action, type, name]) =>
      name === null || type === "all" ? `${action}:${type}` : `${action}:${type}:${name}`,
    );
  const anyScope = fc.oneof({ weight: 1, arbitrary: fc.constant("admin") }, { weight: 15, arbitrary: scope });
  const scopes = fc.array(anyScope, { minLength: 1, maxLength: 5 });

  it("over 500 generated pairs of a cap and a request, through the server", async () => {
    const probes = fc.sample(anyScope, 200);
    let granted = 0;
    await fc.assert(
      fc.asyncProperty(fc.option(scopes), scopes, async (cap, asked) => {
        const { token } = await world.mint(cap === null ? {} : { cap });
        const answer = await exchangeWith(asked, token);
        const parent = createAbility(cap === null ? [] : [cap]);
        if (answer.status !== 200) {
          expect(answer.status).toBe(403);
          expect(answer.body["code"]).toBe("invalid_scope");
          expect(asked.some((text) => parent.can([text]))).toBe(false);
          return;
        }
        granted += 1;
        const { claims } = open(String(answer.body["token"]));
        const given = Array.isArray(claims["scopes"]) ? claims["scopes"].map(String) : [];
        expect(given).toEqual(answer.body["scopes"]);
        expect(given.every((text) => parseScope(text) !== null)).toBe(true);
        const child = createAbility([given]);
        for (const probe of [...probes, ...given, ...asked]) {
          if (child.can([probe])) expect(parent.can([probe]), `${probe} of ${given} under ${cap}`).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
    expect(granted).toBeGreaterThan(100);
  });

  it("over 100 generated chains, in what the server really lets it do", async () => {
    const { environments } = world.owner;
    const run = await world.ok<{ id: string }>("POST", "/api/v1/tasks/a/trigger", {
      as: environments.dev.apiKey,
      body: {
        payload: 1,
        options: { tags: ["a"] },
      },
    });
    const requests: [string, string, (parent: ReturnType<typeof createAbility>) => boolean][] = [
      ["GET", "/api/v1/runs", (parent) => parent.can(["read:runs"])],
      ["GET", "/api/v1/runs?filter[tag]=a", (parent) => parent.can(["read:runs", "read:tags:a"])],
      ["GET", `/api/v3/runs/${run.id}`, (parent) => parent.can([`read:runs:${run.id}`, "read:tasks:a", "read:tags:a"])],
      ["POST", "/api/v1/tasks/a/trigger", (parent) => parent.can(["trigger:tasks:a"])],
    ];
    await fc.assert(
      fc.asyncProperty(scopes, fc.option(scopes), async (cap, asked) => {
        const { token } = await world.mint({ cap });
        const answer = await exchangeWith(asked ?? undefined, token);
        if (answer.status !== 200) return;
        const parent = createAbility([cap]);
        for (const [method, path, parentMay] of requests) {
          const use = await world.app.api(method, path, {
            as: String(answer.body["token"]),
            ...(method === "POST" ? { body: {} } : {}),
          });
          expect([200, 403]).toContain(use.status);
          if (use.status === 200) expect(parentMay(parent), `${method} ${path} under ${cap}`).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});
