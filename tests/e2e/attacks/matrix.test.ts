import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type JsonObject, repositoryRoot } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectGeneric401 } from "../support/generic-401.js";
import { HOSTILE_BODIES, HOSTILE_SEGMENTS, HOSTILE_TEXTS, HOSTILE_VALUES } from "../support/hostile.js";
import { type DescribedRoute, describedRoutes } from "../support/openapi.js";
import { keptAliveRequest, rawRequest, sendRaw } from "../support/raw-http.js";
import { ROUTES, type Row } from "../support/route-table.js";
import { selfSigned } from "../support/self-signed.js";
import { signIn } from "../support/session.js";
import { fingerprint } from "../support/state.js";
import { startWorld, type World } from "../support/world.js";

const MIB = 1024 * 1024;
const JSON_TYPE = { "content-type": "application/json" };

let world: World;
let routes: DescribedRoute[];
let params: Record<string, string>;
let live: { people: string[]; keys: string[]; jwts: string[] };
/** What is refused everywhere that anything is asked for. */
let dead: Record<string, { as?: string; headers?: Record<string, string> }>;

beforeAll(async () => {
  world = await startWorld();
  const { app, owner, stranger } = world;
  routes = await describedRoutes(app);
  const run = await world.ok<{ id: string }>("POST", "/api/v1/tasks/hello/trigger", {
    as: owner.environments.dev.apiKey,
    body: {},
  });
  params = {
    ref: owner.ref,
    env: "dev",
    slug: owner.org,
    runId: run.id,
    taskId: "hello",
    name: "EXISTS",
    key: "order-7",
    tokenId: owner.patId,
  };
  const jwt = async (scopes: string[]) => (await world.exchange("dev", { claims: { scopes } })).token;
  live = {
    people: [owner.pat, (await world.mint()).token, (await world.mint({ cap: ["read:runs"] })).token, stranger.pat],
    keys: [owner.environments.dev.apiKey, owner.environments.prod.apiKey, stranger.environments.dev.apiKey],
    jwts: [
      await jwt(["admin"]),
      await jwt(["read:runs"]),
      selfSigned(owner.environments.dev, []),
      selfSigned(owner.environments.dev, ["*:all"]),
    ],
  };
  const revokedPat = await app.admin<{ token: string; tokenId: string }>(
    "pat",
    "create",
    "--email",
    owner.email,
    "--name",
    "r",
  );
  const ofRevokedPat = await world.mint({}, revokedPat.token);
  const revokedUat = await world.mint();
  const revokedJwt = await world.exchange("dev", {}, revokedUat.token);
  await app.admin("pat", "revoke", "--id", revokedPat.tokenId);
  await app.admin("token", "revoke", "--id", revokedUat.id);
  dead = {
    "a browser's session": { headers: { cookie: await signIn(app, app.bootstrap.signInUrl) } },
    "a revoked personal access token": { as: revokedPat.token },
    "a user-actor token of a revoked one": { as: ofRevokedPat.token },
    "a revoked user-actor token": { as: revokedUat.token },
    "an exchanged token of a revoked one": { as: revokedJwt.token },
    "the password of a database": { as: "postgres" },
  };
});

afterAll(() => world?.stop());

const rowOf = (name: string): Row => {
  const row = ROUTES[name];
  if (row === undefined) throw new Error(`${name} is not in the table`);
  return row;
};

const pathOf = (path: string, values = params): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "missing");

async function prepare({ needs }: Row): Promise<Record<string, string>> {
  const { owner } = world;
  if (needs === "variable") {
    await world.ok("POST", `/api/v1/projects/${owner.ref}/envvars/dev`, {
      as: owner.pat,
      body: { name: "EXISTS", value: "1" },
    });
  }
  if (needs === "key") {
    await world.ok("POST", "/api/v1/tasks/hello/trigger", {
      as: owner.environments.dev.apiKey,
      body: { options: { idempotencyKey: params["key"] } },
    });
  }
  return needs === "token" ? { ...params, tokenId: (await world.mint()).id } : params;
}

/** The first credential that the route takes. */
function takerOf(name: string): string | undefined {
  const row = rowOf(name);
  if (row.none !== 401) return undefined;
  if (row.people[0] < 300) return live.people[0];
  return live.keys[0];
}

const NAMES = Object.keys(ROUTES);
const WITH_BODY = NAMES.filter((name) => ROUTES[name]?.body !== undefined);

describe("the table", () => {
  it("has every route of the build, and no other", () => {
    expect(routes.map(({ name }) => name).sort()).toEqual([...NAMES].sort());
  });

  it("has every route that has a file", async () => {
    const files = await readdir(join(repositoryRoot(), "apps/webapp/app/routes"));
    const api = files.filter((file) => /^(api|engine|otel)\./.test(file) && !file.includes(".test."));
    const paths = new Set(routes.map(({ path }) => path));
    for (const file of api) {
      const path = `/${file
        .replace(/\.tsx?$/, "")
        .split(".")
        .join("/")
        .replaceAll(/\$(\w+)/g, "{$1}")}`;
      expect(paths, file).toContain(path);
    }
  });

  it("says which routes take a body, as the build does", () => {
    const declared = routes.filter(({ members }) => members !== null).map(({ name }) => name);
    expect(declared.sort()).toEqual([...WITH_BODY].sort());
  });
});

describe.each(NAMES)("%s", (name) => {
  const [method = "", template = ""] = name.split(" ");
  const send = async (request: { as?: string | undefined; headers?: Record<string, string> }) => {
    const row = rowOf(name);
    const values = await prepare(row);
    return world.app.api(method, pathOf(template, values), { ...request, ...(row.body ? { body: row.body } : {}) });
  };

  it("answers each kind of credential as the table says", async () => {
    const row = rowOf(name);
    const answered = async (credentials: string[]) => {
      const statuses: number[] = [];
      for (const as of credentials) statuses.push((await send({ as })).status);
      return statuses;
    };
    expect((await send({})).status).toBe(row.none);
    expect(await answered(live.people)).toEqual(row.people);
    expect(await answered(live.keys)).toEqual(row.keys);
    expect(await answered(live.jwts)).toEqual(row.jwts);
  });

  it("changes nothing for those whom it refuses, and tells 401s apart for nobody", async () => {
    const row = rowOf(name);
    await prepare(row);
    if (row.none !== 401) return;
    const before = await fingerprint(world.pool);
    const path = pathOf(template);
    const request = row.body ? { body: row.body } : {};
    const credentials = [...live.people, ...live.keys, ...live.jwts];
    const statuses = [...row.people, ...row.keys, ...row.jwts];
    for (const [index, as] of credentials.entries()) {
      if ((statuses[index] ?? 0) < 400 || (statuses[index] === 404 && row.needs === "token")) continue;
      const answer = await world.app.api(method, path, { as, ...request });
      if (answer.status === 401) expectGeneric401(answer);
      else expect(answer.body["requestId"]).toBe(answer.headers.get("x-request-id"));
    }
    for (const credential of Object.values(dead))
      expectGeneric401(await world.app.api(method, path, { ...credential, ...request }));
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it("names the scope that a narrow credential is short of", async () => {
    const row = rowOf(name);
    if (row.people[2] !== 403) return;
    const { status, body, headers } = await send({ as: live.people[2] });
    expect(status).toBe(403);
    expect(body["code"]).toBe("insufficient_scope");
    expect(body["scopes"]).not.toEqual([]);
    expect(headers.get("www-authenticate")).toContain("insufficient_scope");
  });
});

describe("a method that a URL does not have", () => {
  it("is answered 405 with those that it has, to anybody, and does nothing", async () => {
    const before = await fingerprint(world.pool);
    const paths = new Set(routes.map((route) => route.path));
    for (const path of paths) {
      const own = routes.filter((route) => route.path === path).map(({ method }) => method);
      const allowed = own.includes("GET") ? [...own, "HEAD"] : own;
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "LOCK", "PURGE", "SEARCH"]) {
        if (allowed.includes(method)) continue;
        for (const as of [undefined, live.people[0], live.keys[0]]) {
          const { status, headers, body } = await world.app.api(method, pathOf(path), { as });
          expect(status, `${method} ${path}`).toBe(405);
          expect(headers.get("allow")?.split(", ").sort()).toEqual([...allowed].sort());
          expect(body["code"]).toBe("method_not_allowed");
        }
      }
      const options = await world.app.api("OPTIONS", pathOf(path));
      expect(options.status).toBe(204);
      expect(options.headers.get("allow")?.split(", ").sort()).toEqual([...allowed].sort());
    }
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it("is not HEAD where there is a GET, which answers the same without a body", async () => {
    for (const { name, method, path } of routes) {
      if (method !== "GET") continue;
      await prepare(rowOf(name));
      for (const as of [undefined, takerOf(name)]) {
        const get = await world.app.api("GET", pathOf(path), { as });
        const head = await world.app.api("HEAD", pathOf(path), { as });
        expect(head.status, name).toBe(get.status);
        expect(head.text).toBe("");
      }
    }
  });

  it("lets browsers of other sites read where a JWT is meant to be used, and nowhere else", async () => {
    const open = new Set<string>();
    for (const path of new Set(routes.map((route) => route.path))) {
      const { headers } = await world.app.api("OPTIONS", pathOf(path), {
        headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
      });
      expect(headers.get("access-control-allow-credentials")).toBeNull();
      if (headers.get("access-control-allow-origin") !== null) open.add(path);
    }
    expect([...open].sort()).toEqual([
      "/api/v1/idempotencyKeys/{key}/reset",
      "/api/v1/runs",
      "/api/v1/runs/{runId}/metadata",
      "/api/v1/runs/{runId}/replay",
      "/api/v1/runs/{runId}/tags",
      "/api/v1/tasks/{taskId}/trigger",
      "/api/v3/runs/{runId}",
      "/openapi.json",
    ]);
  });
});

describe.each(WITH_BODY)("the body of %s", (name) => {
  const [method = "", template = ""] = name.split(" ");
  const limit = name.includes("trigger") ? 32 * MIB : MIB;
  const send = (request: { raw?: string; headers?: Record<string, string>; body?: unknown }, as = takerOf(name)) =>
    world.app.api(method, pathOf(template), { as, ...request });

  it("is JSON and says so", async () => {
    const before = await fingerprint(world.pool);
    const raw = JSON.stringify(rowOf(name).body);
    const takesPlainText = name === "POST /api/v1/token";
    for (const type of [
      "text/plain;charset=UTF-8",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "text/json",
      "application/xml",
    ]) {
      if (takesPlainText && type.startsWith("text/plain")) continue;
      const { status, body } = await send({ raw, headers: { "content-type": type } });
      expect(status, type).toBe(415);
      expect(body["code"]).toBe("unsupported_media_type");
    }
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it("is an object", async () => {
    const before = await fingerprint(world.pool);
    for (const raw of ["{", "null", "[]", "1", '"x"', "true", "[{}]", "{}{}", "nonsense"]) {
      const { status, body } = await send({ raw, headers: JSON_TYPE });
      expect(status, raw).toBe(400);
      expect(body["code"]).toBe("invalid_request");
    }
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it("is bounded, whether it says its length or not", async () => {
    const before = await fingerprint(world.pool);
    const { pathname } = new URL(pathOf(template), world.app.origin);
    const as = takerOf(name);
    const auth = as === undefined ? [] : [`Authorization: Bearer ${as}`];
    const declared = await sendRaw(
      world.app.origin,
      keptAliveRequest(`${method} ${pathname}`, [
        ...auth,
        "Content-Type: application/json",
        `Content-Length: ${limit + 1}`,
      ]),
    );
    expect(declared.status).toBe(413);
    // Else the client's next request goes into a connection that is about to be cut.
    expect(declared.head.toLowerCase()).toContain("connection: close");
    const bytes = new TextEncoder().encode(" ".repeat(64 * 1024));
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += bytes.byteLength;
        if (sent > limit + 4 * MIB) controller.close();
        else controller.enqueue(bytes);
      },
    });
    const init: RequestInit & { duplex: "half" } = {
      method,
      body: endless,
      duplex: "half",
      headers: {
        ...JSON_TYPE,
        ...(as === undefined ? {} : { authorization: `Bearer ${as}` }),
      },
    };
    // The server may close the connection before all of it is sent.
    const chunked = await fetch(new URL(pathname, world.app.origin), init).then(
      ({ status }) => status,
      () => 413,
    );
    expect(chunked).toBe(413);
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it("is not read for those who may not send it", async () => {
    const row = rowOf(name);
    if (row.none !== 401) return;
    const { pathname } = new URL(pathOf(template), world.app.origin);
    const huge = ["Content-Type: text/html", `Content-Length: ${limit * 4}`];
    expect((await sendRaw(world.app.origin, rawRequest(`${method} ${pathname}`, huge))).status).toBe(401);
    if (row.people[2] === 403) {
      const auth = `Authorization: Bearer ${live.people[2]}`;
      expect((await sendRaw(world.app.origin, rawRequest(`${method} ${pathname}`, [auth, ...huge]))).status).toBe(403);
    }
    if (row.jwts[1] === 403) {
      const auth = `Authorization: Bearer ${live.jwts[1]}`;
      expect((await sendRaw(world.app.origin, rawRequest(`${method} ${pathname}`, [auth, ...huge]))).status).toBe(403);
    }
  });
});

describe("hostile input", () => {
  /** What is neither understood nor a fault of the server's. */
  function expectSound({ status, body, text }: { status: number; body: JsonObject; text: string }, what: string): void {
    expect(status, `${what}: ${text.slice(0, 200)}`).toBeLessThan(500);
    if (status >= 400) expect(typeof body["code"], `${what}: ${text.slice(0, 200)}`).toBe("string");
    expect(text.length, what).toBeLessThan(2 * MIB);
  }

  it("in a path is never a fault of the server's", async () => {
    for (const { name, method, path } of routes) {
      for (const [, parameter = ""] of path.matchAll(/\{(\w+)\}/g)) {
        for (const segment of HOSTILE_SEGMENTS) {
          const target = pathOf(path, { ...params, [parameter]: segment });
          const { body } = rowOf(name);
          const answer = await world.app.api(method, target, { as: takerOf(name), ...(body ? { body } : {}) });
          expectSound(answer, `${method} ${target}`);
        }
      }
    }
  });

  it("in a query is never a fault of the server's", async () => {
    for (const { name, method, path, query } of routes) {
      if (method !== "GET") continue;
      for (const parameter of [
        ...query,
        "unknown",
        "__proto__",
        "constructor",
        "filter[__proto__]",
        "filter[]",
        "page[size",
      ]) {
        for (const value of [...HOSTILE_SEGMENTS, "", "1", "run_a", "error_a"]) {
          const target = `${pathOf(path)}?${encodeURIComponent(parameter)}=${value}&${parameter}=${value}`;
          expectSound(await world.app.api(method, target, { as: takerOf(name) }), target);
        }
      }
    }
  });

  it("in a body is never a fault of the server's", async () => {
    for (const { name, method, path, members } of routes) {
      const as = takerOf(name);
      const target = pathOf(path);
      for (const raw of method === "GET" ? [] : HOSTILE_BODIES) {
        expectSound(
          await world.app.api(method, pathOf(path, { ...params, tokenId: "uat_none" }), {
            as,
            raw,
            headers: JSON_TYPE,
          }),
          `${name} ${raw.slice(0, 40)}`,
        );
      }
      for (const member of members ?? []) {
        for (const value of HOSTILE_VALUES) {
          const body: JsonObject = structuredClone(rowOf(name).body ?? {});
          let at = body;
          for (const key of member.slice(0, -1)) {
            const next: JsonObject = {};
            at[key] = next;
            at = next;
          }
          at[member.at(-1) ?? ""] = value;
          const answer = await world.app.api(method, target, { as, body });
          expectSound(answer, `${name} ${member.join(".")} = ${JSON.stringify(value)?.slice(0, 60)}`);
        }
      }
    }
  });

  it("in headers is never a fault of the server's", async () => {
    const names = [
      "x-trigger-branch",
      "x-trigger-client",
      "x-trigger-source",
      "traceparent",
      "trigger-version",
      "x-trigger-api-version",
      "content-type",
      "accept",
      "cookie",
      "origin",
      "x-forwarded-for",
      "user-agent",
      "idempotency-key",
      "x-trigger-request-idempotency-key",
    ];
    const values = HOSTILE_TEXTS.filter((text) => /^[\t\x20-\x7e]*$/.test(text));
    for (const { name, method, path } of routes) {
      for (const header of names) {
        for (const value of [...values.slice(0, 12), "x".repeat(4_000), "%00", "é"]) {
          if (header === "x-trigger-branch" || method === "GET" || value.length < 3) {
            const { body } = rowOf(name);
            const answer = await world.app.api(method, pathOf(path, { ...params, tokenId: "uat_none" }), {
              as: takerOf(name),
              headers: { [header]: value },
              ...(body ? { body } : {}),
            });
            expectSound(answer, `${name} ${header}: ${value.slice(0, 40)}`);
          }
        }
      }
    }
  });

  it("that was stored can be read again", async () => {
    const key = live.keys[0];
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const payloads: JsonObject[] = [
      { payload: deep, options: { payloadType: "application/json" } },
      { payload: `{"json":${deep}}`, options: { payloadType: "application/super+json" } },
      { payload: "\ud800", options: { payloadType: "text/plain" } },
      { payload: { a: "\u0000", "\u0000": "\ud800", ["__proto__"]: 1 } },
      { payload: "{", options: { payloadType: "application/json", metadata: deep } },
      { options: { metadata: "\ud800{" } },
    ];
    for (const body of payloads) {
      const { status, body: made, text } = await world.app.api("POST", "/api/v1/tasks/odd/trigger", { as: key, body });
      expect(status, text).toBe(200);
      const read = await world.app.api("GET", `/api/v3/runs/${made["id"]}`, { as: key });
      expect(read.status, read.text.slice(0, 200)).toBe(200);
    }
    for (const path of ["/api/v1/runs?page[size]=100", `/api/v1/projects/${params["ref"]}/runs`]) {
      const as = path.includes("projects") ? live.people[0] : key;
      expect((await world.app.api("GET", path, { as })).status).toBe(200);
    }
  });

  it("left no fault in the log", () => {
    const faults = world.app
      .log()
      .split("\n")
      .filter((line) => /"level":(50|60)/.test(line));
    expect(faults.slice(0, 3)).toEqual([]);
  });
});
