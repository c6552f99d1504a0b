import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectGeneric401, GENERIC_401 } from "../support/generic-401.js";
import { rawRequest, sendRaw } from "../support/raw-http.js";
import { selfSigned } from "../support/self-signed.js";
import { fingerprint } from "../support/state.js";
import { createMember, startWorld, type World } from "../support/world.js";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.stop());

const WHOAMI = "GET /api/v2/whoami";
const raw = (headers: string[], line = WHOAMI) => sendRaw(world.app.origin, rawRequest(line, headers));
const withoutId = (body: Record<string, unknown>) => ({ ...body, requestId: 0 });

describe("the Authorization header", () => {
  it.each<[string, (token: string) => string[]]>([
    ["Bearer", (token) => [`Authorization: Bearer ${token}`]],
    ["bearer", (token) => [`Authorization: bearer ${token}`]],
    ["BEARER", (token) => [`Authorization: BEARER ${token}`]],
    ["bEaReR and spaces", (token) => [`authorization:bEaReR    ${token}`]],
    ["white space around its value, which is no part of it", (token) => [`Authorization: \t Bearer ${token} \t`]],
  ])("is taken with %s", async (_name, headers) => {
    const { pat, environments } = world.owner;
    const { token } = await world.mint();
    for (const good of [pat, token]) expect((await raw(headers(good))).status).toBe(200);
    expect((await raw(headers(environments.dev.apiKey), "GET /api/v1/runs")).status).toBe(200);
  });

  it.each<[string, (token: string) => string[]]>([
    ["a tab", (token) => [`Authorization: Bearer\t${token}`]],
    ["a tab after a space", (token) => [`Authorization: Bearer \t${token}`]],
    ["a no-break space", (token) => [`Authorization: Bearer\u00a0${token}`]],
    ["no space", (token) => [`Authorization: Bearer${token}`]],
    ["no scheme", (token) => [`Authorization: ${token}`]],
    ["no token", () => ["Authorization: Bearer"]],
    ["nothing at all", () => ["Authorization:"]],
    ["Basic", (token) => [`Authorization: Basic ${token}`]],
    ["Basic, encoded", (token) => [`Authorization: Basic ${Buffer.from(`${token}:`).toString("base64")}`]],
    ["Basic, as the password", (token) => [`Authorization: Basic ${Buffer.from(`x:${token}`).toString("base64")}`]],
    ["Token", (token) => [`Authorization: Token ${token}`]],
    ["Negotiate", (token) => [`Authorization: Negotiate ${token}`]],
    ["two schemes", (token) => [`Authorization: Bearer Bearer ${token}`]],
    ["two tokens", (token) => [`Authorization: Bearer ${token} ${token}`]],
    ["a list", (token) => [`Authorization: Bearer ${token}, Bearer ${token}`]],
    ["a comma behind it", (token) => [`Authorization: Bearer ${token},`]],
    ["quotes", (token) => [`Authorization: Bearer "${token}"`]],
    ["a parameter", (token) => [`Authorization: Bearer token=${token}`]],
    ["something behind it", (token) => [`Authorization: Bearer ${token} x`]],
    ["a colon", (token) => [`Authorization: Bearer: ${token}`]],
    ["percent-encoding", (token) => [`Authorization: Bearer ${token.replace("_", "%5F")}`]],
    ["a look-alike scheme", (token) => [`Authorization: B\u00e9arer ${token}`]],
    ["another header of that name's kind", (token) => [`Proxy-Authorization: Bearer ${token}`]],
    ["X-Authorization", (token) => [`X-Authorization: Bearer ${token}`]],
    ["X-Api-Key", (token) => [`X-Api-Key: ${token}`]],
    ["underscores for hyphens", (token) => [`HTTP_AUTHORIZATION: Bearer ${token}`]],
    ["a cookie", (token) => [`Cookie: authorization=Bearer ${token}; token=${token}; access_token=${token}`]],
    ["the session's cookie", (token) => [`Cookie: trigger_session=${token}; __Host-trigger_session=${token}`]],
    ["sixty thousand characters", (token) => [`Authorization: Bearer ${token}${"x".repeat(60_000)}`]],
  ])("is refused with %s", async (_name, headers) => {
    const before = await fingerprint(world.pool);
    for (const line of [WHOAMI, "POST /api/v1/auth/user-actor-token"]) {
      const { status, body } = await raw(headers(world.owner.pat), line);
      expect(status, body).toBe(401);
      expect(withoutId(JSON.parse(body))).toEqual({ ...GENERIC_401, requestId: 0 });
    }
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it("is refused twice, whichever of the two is good", async () => {
    const { pat } = world.owner;
    const good = `Authorization: Bearer ${pat}`;
    for (const second of [
      good,
      "Authorization: Bearer x",
      "authorization: Basic eA==",
      "AUTHORIZATION:",
      `Authorization: ${pat}`,
    ]) {
      for (const pair of [
        [good, second],
        [second, good],
        [second, "X-Between: 1", good],
      ]) {
        for (const line of [WHOAMI, "POST /api/v1/auth/user-actor-token", "GET /api/v1/runs"]) {
          expect((await raw(pair, line)).status).toBe(400);
        }
      }
    }
  });

  it("is refused twice, however many headers stand between the two", async () => {
    const good = `Authorization: Bearer ${world.owner.pat}`;
    for (const count of [100, 1_990, 2_100, 4_000]) {
      const between = Array.from({ length: count }, (_, index) => `x-${index}: 1`);
      for (const pair of [
        [good, ...between, "Authorization: Bearer x"],
        ["Authorization: Bearer x", ...between, good],
      ]) {
        expect((await raw(pair)).status).toBe(400);
      }
      expect((await raw([...between, good])).status).toBe(200);
    }
  });

  it("is not found anywhere else", async () => {
    const { pat, environments } = world.owner;
    const key = environments.dev.apiKey;
    for (const name of [
      "token",
      "access_token",
      "authorization",
      "api_key",
      "apiKey",
      "key",
      "jwt",
      "auth",
      "Authorization",
      "bearer",
    ]) {
      expectGeneric401(await world.app.api("GET", `/api/v2/whoami?${name}=${pat}`));
      expectGeneric401(await world.app.api("GET", `/api/v2/whoami?${name}=Bearer%20${pat}`));
      expectGeneric401(await world.app.api("GET", `/api/v1/runs?${name}=${key}`));
      expectGeneric401(
        await world.app.api("POST", "/api/v1/tasks/x/trigger", {
          body: { [name]: key, headers: { authorization: `Bearer ${key}` } },
        }),
      );
    }
    const { port } = new URL(world.app.origin);
    const { status } = await raw([], `GET http://${pat}:x@127.0.0.1:${port}/api/v2/whoami`);
    expect([400, 401]).toContain(status);
  });
});

describe("a request that is no clean HTTP", () => {
  it("is refused before anything is done", async () => {
    const before = await fingerprint(world.pool);
    const auth = `Authorization: Bearer ${world.owner.pat}`;
    const post = "POST /api/v1/auth/user-actor-token";
    const requests: string[] = [
      rawRequest(post, [auth, "Transfer-Encoding: chunked", "Content-Length: 5"], "0\r\n\r\n"),
      rawRequest(post, [auth, "Content-Length: 2", "Content-Length: 3"], "{}}"),
      rawRequest(post, [auth, "Content-Length: -1"], "{}"),
      rawRequest(post, [auth, "Content-Length: 0x2"], "{}"),
      rawRequest(post, [auth, "Transfer-Encoding: xchunked"], "0\r\n\r\n"),
      rawRequest(post, [auth, "Transfer-Encoding: chunked, identity"], "0\r\n\r\n"),
      rawRequest(post, [auth, "Transfer-Encoding : chunked"], "0\r\n\r\n"),
      rawRequest(post, [auth, "X: a\u0000b"]),
      rawRequest(post, [`Authorization : Bearer ${world.owner.pat}`]),
      rawRequest(post, [`X: y\r\n Authorization: Bearer ${world.owner.pat}`]),
      rawRequest(post, [auth, "X: a\rAuthorization: Bearer b"]),
      `${post} HTTP/1.1\r\n${auth}\r\nConnection: close\r\n\r\n`,
      `${post} HTTP/1.1\nHost: x\n${auth}\nConnection: close\n\n`.replace(/\n/g, "\n\r"),
      rawRequest(`${post}\t`, [auth]),
      rawRequest("POST api/v1/auth/user-actor-token", [auth]),
      rawRequest("POST \\api\\v1\\auth\\user-actor-token", [auth]),
    ];
    for (const request of requests) {
      const { status } = await sendRaw(world.app.origin, request, 1_500);
      expect(status, JSON.stringify(request).replaceAll(world.owner.pat, "…")).toBe(400);
    }
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it("does nothing when its body breaks off", async () => {
    const before = await fingerprint(world.pool);
    const head = (...headers: string[]) =>
      [
        "POST /api/v1/auth/user-actor-token HTTP/1.1",
        "Host: x",
        `Authorization: Bearer ${world.owner.pat}`,
        "Content-Type: application/json",
        ...headers,
        "",
        "",
      ].join("\r\n");
    const broken = [
      `${head("Content-Length: 100")}{"ttlSeconds":60}`,
      `${head("Content-Length: 100")}`,
      `${head("Transfer-Encoding: chunked")}11\r\n{"ttlSeconds":60}\r\n`,
      `${head("Transfer-Encoding: chunked")}`,
      `${head("Transfer-Encoding: chunked")}zz\r\n{}\r\n0\r\n\r\n`,
      `${head("Transfer-Encoding: chunked")}2\r\n{}0\r\n\r\n`,
      `${head("Transfer-Encoding: chunked")}2;a=b\r\n{}\r\nffffffffffffffffff\r\n`,
    ];
    await Promise.all(broken.map((bytes) => sendRaw(world.app.origin, bytes, 300)));
    await sleep(300);
    expect(await fingerprint(world.pool)).toEqual(before);
    expect(world.app.log()).not.toContain("internal_error");
    expect(world.app.log()).not.toContain("request failed");
  });

  it("cannot hide a second request in the body of a refused one", async () => {
    const before = await fingerprint(world.pool);
    const hidden = `POST /api/v1/auth/user-actor-token HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${world.owner.pat}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
    for (const headers of [["Authorization: Bearer x"], []]) {
      for (const line of [
        "POST /api/v1/auth/user-actor-token",
        "GET /api/v2/whoami",
        "DELETE /api/v2/whoami",
        "POST /nowhere",
        "GET /healthcheck",
      ]) {
        const head = [`${line} HTTP/1.1`, "Host: x", ...headers, `Content-Length: ${hidden.length}`, "", ""].join(
          "\r\n",
        );
        const { head: first, body } = await sendRaw(world.app.origin, head + hidden, 400);
        expect(first).not.toMatch(/^HTTP\/1\.1 5/);
        expect(body).not.toContain("tr_uat_");
      }
    }
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it("gets nowhere with another spelling of a path", async () => {
    const as = world.owner.environments.dev.apiKey;
    const good = await world.app.api("GET", "/api/v1/runs", { as });
    expect(good.status).toBe(200);
    const paths = [
      ...[
        "/API/v1/runs",
        "/Api/V1/Runs",
        "/api/v1/RUNS",
        "/%61pi/v1/runs",
        "/api/v1/%72uns",
        "/api%2fv1%2fruns",
        "/api/v1%2fruns",
      ],
      ...[
        "/api/v1/runs/",
        "//api/v1/runs",
        "/api//v1/runs",
        "/api/v1//runs",
        "/api/v1/runs;x=1",
        "/api/v1/runs%00",
        "/api/v1/runs%20",
      ],
      ...[
        "/api/v1/runs.data",
        "/API/v1/runs.data",
        "/%2561pi/v1/runs",
        "/api/v1/runs%2f",
        "/api/v1/runs%3f",
        "/api/v1/runs%23",
      ],
      ...[
        "/api/v1/runs/index",
        "/x/..%2fapi/v1/runs",
        "/api/v1/\u017funs",
        "/api/v1/runs\u200b",
        "/routes/api.v1.runs",
        "/api.v1.runs",
      ],
      ...["/_data/api/v1/runs", "/api/v1/runs/.", "/api/v1/..;/v1/runs"].filter((path) => !path.endsWith("/.")),
    ];
    for (const path of paths) {
      const { status, body: text } = await raw(
        [`Authorization: Bearer ${as}`],
        `GET ${Buffer.from(path).toString("latin1")}`,
      );
      // The percent-encoding of an unreserved character is the character (RFC 3986 §2.3); all else is another URL.
      const same = ["/api/v1/%72uns", "/%61pi/v1/runs"].includes(path);
      expect(same ? [200, 404] : [404, 400], `${path} ${text.slice(0, 80)}`).toContain(status);
      if (status === 404) expect(text).not.toContain("pagination");
    }
  });

  it("cannot be of another method than it is", async () => {
    const { pat, patId } = world.owner;
    for (const override of ["x-http-method-override", "x-http-method", "x-method-override", "x-original-method"]) {
      const headers = { [override]: "DELETE" };
      expect((await world.app.api("GET", `/api/v1/auth/tokens/${patId}`, { as: pat, headers })).status).toBe(405);
      expect(
        (await world.app.api("POST", `/api/v1/auth/tokens/${patId}?_method=DELETE`, { as: pat, headers })).status,
      ).toBe(405);
    }
    for (const header of ["x-original-url", "x-rewrite-url", "x-forwarded-path", "x-forwarded-prefix"]) {
      const { body } = await world.app.api("GET", "/api/v1/orgs", { as: pat, headers: { [header]: "/api/v2/whoami" } });
      expect(Array.isArray(body)).toBe(true);
    }
    expect((await world.app.api("GET", "/api/v2/whoami", { as: pat })).status).toBe(200);
  });
});

describe("what is unknown, another's or gone", () => {
  it("is told apart by nobody", async () => {
    const { owner, stranger, app } = world;
    const gone = await app.admin<{ ref: string }>("project", "create", "--org", owner.org, "--name", "gone");
    await app.admin("project", "delete", "--ref", gone.ref);
    const foreignRun = await world.ok<{ id: string }>("POST", "/api/v1/tasks/x/trigger", {
      as: stranger.environments.dev.apiKey,
      body: {},
    });
    const strangersToken = (await world.mint({}, stranger.pat)).id;
    const refs = { unknown: "proj_aaaaaaaaaaaaaaaaaaaaaaaa", others: [stranger.ref, gone.ref] };
    const cases: {
      as: string;
      method: string;
      path: (id: string) => string;
      unknown: string;
      others: string[];
      body?: object;
    }[] = [];
    for (const as of [owner.pat, (await world.mint()).token]) {
      const userCases: [string, string, object?][] = [
        ...([
          ["GET", ""],
          ["GET", "/dev"],
          ["GET", "/prod"],
          ["GET", "/branches"],
          ["GET", "/envvars/dev"],
        ] satisfies [string, string][]),
        ...([
          ["PATCH", "", { name: "taken over" }],
          ["POST", "/dev/jwt", {}],
          ["POST", "/branches", { branch: "x" }],
        ] satisfies [string, string, object][]),
        ...([
          ["POST", "/envvars/dev", { name: "A", value: "1" }],
          ["GET", "/envvars/dev/A"],
          ["DELETE", "/envvars/dev/A"],
        ] satisfies [string, string, object?][]),
        ...([
          ["PUT", "/envvars/dev/A", { value: "1" }],
          ["POST", "/envvars/dev/import", { variables: { A: "1" } }],
        ] satisfies [string, string, object][]),
      ];
      for (const [method, rest, body] of userCases) {
        cases.push({ as, method, path: (ref) => `/api/v1/projects/${ref}${rest}`, ...refs, ...(body ? { body } : {}) });
      }
      cases.push(
        { as, method: "GET", path: (slug) => `/api/v1/orgs/${slug}`, unknown: "nowhere", others: [stranger.org] },
        {
          as,
          method: "POST",
          path: (slug) => `/api/v1/orgs/${slug}/projects`,
          unknown: "nowhere",
          others: [stranger.org],
          body: { name: "x" },
        },
        {
          as,
          method: "DELETE",
          path: (id: string) => `/api/v1/auth/tokens/${id}`,
          unknown: "uat_aaaaaaaaaaaaaaaaaaaaaaaa",
          others: [strangersToken, stranger.patId, "nonsense", "uat_", "pat_%00"],
        },
      );
    }
    const envCases = [
      owner.environments.dev.apiKey,
      (await world.exchange("dev")).token,
      selfSigned(owner.environments.dev, ["*:all"]),
    ];
    for (const as of envCases) {
      cases.push({
        as,
        method: "GET",
        path: (id) => `/api/v3/runs/${id}`,
        unknown: "run_aaaaaaaaaaaaaaaaaaaaaaaa",
        others: [foreignRun.id, "nonsense", "run_%00", "run_'"],
      });
    }
    const key = owner.environments.dev.apiKey;
    for (const rest of ["/dev", "/branches", "/envvars/dev"]) {
      cases.push({ as: key, method: "GET", path: (ref) => `/api/v1/projects/${ref}${rest}`, ...refs });
    }
    const before = await fingerprint(world.pool);
    for (const { as, method, path, unknown, others, body } of cases) {
      const expected = await app.api(method, path(unknown), { as, body });
      expect(expected.status, `${method} ${path(unknown)}`).toBe(404);
      for (const other of others) {
        const answer = await app.api(method, path(other), { as, body });
        expect(answer.status, `${method} ${path(other)}`).toBe(404);
        expect(withoutId(answer.body)).toEqual(withoutId(expected.body));
      }
    }
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it("is not found by asking whoami about it", async () => {
    const { owner, stranger, app } = world;
    const answers = await Promise.all(
      [stranger.ref, "proj_aaaaaaaaaaaaaaaaaaaaaaaa"].map((ref) =>
        app.api("GET", `/api/v2/whoami?projectRef=${ref}`, { as: owner.pat }),
      ),
    );
    expect(answers.map(({ body }) => "project" in body)).toEqual([false, false]);
  });

  it("is not another member's dev environment", async () => {
    const { app, owner } = world;
    const colleague = await createMember(world, "colleague");
    await world.ok("POST", `/api/v1/projects/${owner.ref}/envvars/dev`, {
      as: colleague.pat,
      body: { name: "PRIVATE", value: "colleague's" },
    });
    const own = await app.api("GET", `/api/v1/projects/${owner.ref}/envvars/dev`, { as: owner.pat });
    expect(own.text).not.toContain("PRIVATE");
    const { apiKey } = await world.ok<{ apiKey: string }>("GET", `/api/v1/projects/${owner.ref}/dev`, {
      as: owner.pat,
    });
    expect(apiKey).not.toBe(colleague.environments.dev.apiKey);
    // The key of one member's dev environment reads that one as "dev", and never another's.
    const theirs = await app.api("GET", `/api/v1/projects/${owner.ref}/envvars/dev`, {
      as: colleague.environments.dev.apiKey,
    });
    expect(theirs.text).toContain("PRIVATE");
    for (const env of ["prod", "staging", "preview"]) {
      expect(
        (
          await app.api("GET", `/api/v1/projects/${owner.ref}/envvars/${env}`, {
            as: colleague.environments.dev.apiKey,
          })
        ).status,
      ).toBe(404);
    }
  });
});

describe("the runs of a whole project", () => {
  it("are those of the shared environments and of one's own dev, never another member's", async () => {
    const { app, owner, stranger } = world;
    const neighbour = await createMember(world, "neighbour");
    const trigger = (as: string) => world.ok<{ id: string }>("POST", "/api/v1/tasks/shared/trigger", { as, body: {} });
    const theirs = await trigger(neighbour.environments.dev.apiKey);
    const own = await trigger(owner.environments.dev.apiKey);
    const shared = await trigger(owner.environments.staging.apiKey);
    const foreign = await trigger(stranger.environments.staging.apiKey);
    const list = async (query: string, as = owner.pat) =>
      app.api<{ data: { id: string }[] }>("GET", `/api/v1/projects/${owner.ref}/runs?page[size]=100&${query}`, { as });
    for (const query of [
      "",
      "filter[env]=dev",
      "filter[env]=dev,staging,prod,preview",
      "filter[taskIdentifier]=shared",
    ]) {
      const { status, body } = await list(query);
      expect(status).toBe(200);
      const ids = body.data.map(({ id }) => id);
      expect(ids).toContain(own.id);
      expect(ids.includes(shared.id)).toBe(query !== "filter[env]=dev");
      expect(ids).not.toContain(theirs.id);
      expect(ids).not.toContain(foreign.id);
    }
    const unknown = await list("page[after]=run_aaaaaaaaaaaaaaaaaaaaaaaa");
    for (const { id } of [theirs, foreign]) {
      expect(withoutId((await list(`page[after]=${id}`)).body)).toEqual(withoutId(unknown.body));
    }
    const { token } = await world.mint({ cap: ["read:tasks:other"] });
    expect((await list("", token)).status).toBe(403);
    expect((await list("filter[taskIdentifier]=shared", token)).status).toBe(403);
    expect((await list("filter[taskIdentifier]=other,shared", token)).status).toBe(403);
    expect((await list("filter[taskIdentifier]=other", token)).status).toBe(200);
  });
});

describe("scopes over a run's task, tags and batch", () => {
  it("reach that run and no other, whatever tags somebody else sets", async () => {
    const { environments } = world.owner;
    const key = environments.prod.apiKey;
    const trigger = (task: string, tags: string[]) =>
      world.ok<{ id: string }>("POST", `/api/v1/tasks/${task}/trigger`, { as: key, body: { options: { tags } } });
    const blue = await trigger("paint", ["blue"]);
    const secret = await trigger("vault", ["secret"]);
    const odd = await trigger("vault", ["read:all", "*", "admin", "blue:", "env:staging", "read:runs"]);
    const jwt = async (scopes: string[]) => (await world.exchange("prod", { claims: { scopes } })).token;
    const read = async (as: string, id: string) => (await world.app.api("GET", `/api/v3/runs/${id}`, { as })).status;
    const list = async (as: string, query: string) => {
      const answer = await world.app.api<{ data?: { id: string }[] }>("GET", `/api/v1/runs${query}`, { as });
      return answer.status === 200 ? (answer.body.data ?? []).map(({ id }) => id) : answer.status;
    };
    const ofBlue = await jwt(["read:tags:blue"]);
    expect([await read(ofBlue, blue.id), await read(ofBlue, secret.id), await read(ofBlue, odd.id)]).toEqual([
      200, 403, 403,
    ]);
    expect(await list(ofBlue, "")).toBe(403);
    expect(await list(ofBlue, "?filter[tag]=blue")).toEqual([blue.id]);
    for (const query of [
      "filter[tag]=blue,secret",
      "filter[tag]=secret",
      "filter[tag]=blue&filter[tag]=secret",
      "filter[tag]=blue&filter[taskIdentifier]=vault",
      "filter[status]=QUEUED",
      "filter[tag]=blue%2Csecret",
      "filter%5Btag%5D=blue&filter[tag]=secret",
      "filter[tag]=BLUE",
      "filter[tag]=blue%3A",
    ]) {
      expect(await list(ofBlue, `?${query}`), query).toBe(403);
    }
    for (const query of ["filter[tag]=", "filter[tag]=blue,", "filter[tag]=,blue"])
      expect([400, 403]).toContain(await list(ofBlue, `?${query}`));
    const ofTask = await jwt(["read:tasks:paint"]);
    expect([await read(ofTask, blue.id), await read(ofTask, secret.id)]).toEqual([200, 403]);
    expect(await list(ofTask, "?filter[taskIdentifier]=paint")).toEqual([blue.id]);
    expect(await list(ofTask, "?filter[taskIdentifier]=paint,vault")).toBe(403);
    const ofRun = await jwt([`read:runs:${blue.id}`]);
    expect([await read(ofRun, blue.id), await read(ofRun, secret.id)]).toEqual([200, 403]);
    expect(await list(ofRun, "")).toBe(403);
    // What the caller may not read and what is not there are one answer.
    const missing = await world.app.api("GET", "/api/v3/runs/run_aaaaaaaaaaaaaaaaaaaaaaaa", { as: ofBlue });
    expect(missing.status).toBe(403);
    // Two caps are met by one run only where each is met.
    const { token } = await world.mint({ cap: ["read:tags:blue", "read:tasks:vault"] });
    const narrowed = (await world.exchange("prod", { claims: { scopes: ["read:tags:blue"] } }, token)).token;
    expect([await read(narrowed, blue.id), await read(narrowed, secret.id)]).toEqual([200, 403]);
  });

  it("trigger the task that they name, in every spelling of its path", async () => {
    const { token } = await world.exchange("prod", { claims: { scopes: ["trigger:tasks:pa:int"] } });
    const status = async (task: string) =>
      (await world.app.api("POST", `/api/v1/tasks/${task}/trigger`, { as: token, body: {} })).status;
    expect(await status("pa:int")).toBe(200);
    expect(await status("pa%3Aint")).toBe(200);
    const before = await fingerprint(world.pool);
    for (const other of [
      "pa",
      "int",
      "pa%3Aint%3A",
      "pa:int2",
      "PA:INT",
      "pa%253Aint",
      "pa:int%00",
      "pa:int%20",
      "%70a%3aint%0a",
      "pa%EF%BC%9Aint",
      "*",
      "all",
      "%2e%2e",
    ]) {
      expect([403, 404], other).toContain(await status(other));
    }
    expect(await fingerprint(world.pool)).toEqual(before);
  });
});

describe("a flood of bad tokens", () => {
  let limited: World;

  beforeAll(async () => {
    limited = await startWorld({ env: { RATE_LIMITS: "on", TRUSTED_PROXIES: "10.0.0.0/8" } });
  });

  afterAll(() => limited?.stop());

  it("is cut off at 100 a minute, and never locks good ones out of the same address", async () => {
    const { app, owner } = limited;
    const bad = async (headers: Record<string, string> = {}) =>
      app.api("GET", "/api/v2/whoami", { as: `tr_pat_${"x".repeat(40)}`, headers });
    const first = await Promise.all(Array.from({ length: 100 }, () => bad()));
    for (const answer of first) expectGeneric401(answer);
    const after = await Promise.all(Array.from({ length: 40 }, () => bad()));
    for (const { status, body, headers } of after) {
      expect(status).toBe(429);
      expect(body["code"]).toBe("rate_limited");
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    }
    // The peer is no trusted proxy: what it says of addresses is its own word.
    for (const name of [
      "x-forwarded-for",
      "x-real-ip",
      "forwarded",
      "cf-connecting-ip",
      "true-client-ip",
      "x-client-ip",
    ]) {
      expect((await bad({ [name]: name === "forwarded" ? "for=1.2.3.4" : "1.2.3.4" })).status).toBe(429);
    }
    const { token } = await limited.mint();
    for (const as of [owner.pat, token]) expect((await app.api("GET", "/api/v2/whoami", { as })).status).toBe(200);
    expect((await app.api("GET", "/api/v1/runs", { as: owner.environments.dev.apiKey })).status).toBe(200);
    expect(
      (await app.api("GET", "/api/v1/runs", { as: (await limited.exchange("dev", {}, token)).token })).status,
    ).toBe(200);
    expectGeneric401(await app.api("GET", "/api/v2/whoami"));
    await sleep(1);
  });
});

describe("addresses behind a trusted proxy", () => {
  it("are counted apart, and cannot be invented further left", async () => {
    const proxied = await startWorld({ env: { RATE_LIMITS: "on", TRUSTED_PROXIES: "127.0.0.1,10.0.0.0/8" } });
    try {
      const bad = async (forwarded: string) =>
        (await proxied.app.api("GET", "/api/v2/whoami", { as: "tr_pat_x", headers: { "x-forwarded-for": forwarded } }))
          .status;
      for (let round = 0; round < 5; round++) {
        await Promise.all(Array.from({ length: 20 }, (_, index) => bad(`9.9.${round}.${index}, 1.2.3.4`)));
      }
      expect(await bad("8.8.8.8, 1.2.3.4")).toBe(429);
      expect(await bad("8.8.8.8, 1.2.3.4, 10.1.1.1")).toBe(429);
      expect(await bad("1.2.3.4, 5.6.7.8")).toBe(401);
      expect(await bad("garbage")).toBe(401);
    } finally {
      await proxied.stop();
    }
  });
});
