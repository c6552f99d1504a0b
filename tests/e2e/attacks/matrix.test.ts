import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cast, ROUTE_NAMES, ROUTE_NAMES_WITH_BODY, rowOf, startCast } from "../support/cast.js";
import { expectGeneric401 } from "../support/generic-401.js";
import { fingerprint } from "../support/state.js";

let cast: Cast;

beforeAll(async () => {
  cast = await startCast();
});

afterAll(() => cast?.world.stop());

describe("the table", () => {
  it("has every route of the build, and no other", () => {
    expect(cast.routes.map(({ name }) => name).sort()).toEqual([...ROUTE_NAMES].sort());
  });

  it("has every route that has a file", async () => {
    const files = await readdir(join(repositoryRoot(), "apps/webapp/app/routes"));
    const api = files.filter((file) => /^(api|engine|otel|realtime)\./.test(file) && !file.includes(".test."));
    const paths = new Set(cast.routes.map(({ path }) => path));
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
    const declared = cast.routes.filter(({ members }) => members !== null).map(({ name }) => name);
    expect(declared.sort()).toEqual([...ROUTE_NAMES_WITH_BODY].sort());
  });
});

describe.each(ROUTE_NAMES)("%s", (name) => {
  const [method = "", template = ""] = name.split(" ");
  const send = async (request: { as?: string | undefined; headers?: Record<string, string> }) => {
    const row = rowOf(name);
    const values = await cast.prepare(row);
    return cast.world.app.api(method, cast.pathOf(template, values), {
      ...request,
      ...(row.body ? { body: row.body } : {}),
    });
  };

  it("answers each kind of credential as the table says", async () => {
    const row = rowOf(name);
    const answered = async (credentials: string[]) => {
      const statuses: number[] = [];
      for (const as of credentials) statuses.push((await send({ as })).status);
      return statuses;
    };
    expect((await send({})).status).toBe(row.none);
    expect(await answered(cast.live.people)).toEqual(row.people);
    expect(await answered(cast.live.keys)).toEqual(row.keys);
    expect(await answered(cast.live.jwts)).toEqual(row.jwts);
  });

  it("changes nothing for those whom it refuses, and tells 401s apart for nobody", async () => {
    const row = rowOf(name);
    await cast.prepare(row);
    if (row.none !== 401) return;
    const before = await fingerprint(cast.world.pool);
    const path = cast.pathOf(template);
    const request = row.body ? { body: row.body } : {};
    const credentials = [...cast.live.people, ...cast.live.keys, ...cast.live.jwts];
    const statuses = [...row.people, ...row.keys, ...row.jwts];
    for (const [index, as] of credentials.entries()) {
      if ((statuses[index] ?? 0) < 400 || (statuses[index] === 404 && row.needs === "token")) continue;
      const answer = await cast.world.app.api(method, path, { as, ...request });
      if (answer.status === 401) expectGeneric401(answer);
      else expect(answer.body["requestId"]).toBe(answer.headers.get("x-request-id"));
    }
    for (const credential of cast.dead)
      expectGeneric401(await cast.world.app.api(method, path, { ...credential, ...request }));
    expect(await fingerprint(cast.world.pool)).toEqual(before);
  });

  it("names the scope that a narrow credential is short of", async () => {
    const row = rowOf(name);
    if (row.people[2] !== 403) return;
    const { status, body, headers } = await send({ as: cast.live.people[2] });
    expect(status).toBe(403);
    expect(body["code"]).toBe("insufficient_scope");
    expect(body["scopes"]).not.toEqual([]);
    expect(headers.get("www-authenticate")).toContain("insufficient_scope");
  });
});

describe("a method that a URL does not have", () => {
  it("is answered 405 with those that it has, to anybody, and does nothing", async () => {
    const before = await fingerprint(cast.world.pool);
    const paths = new Set(cast.routes.map((route) => route.path));
    for (const path of paths) {
      const own = cast.routes.filter((route) => route.path === path).map(({ method }) => method);
      const allowed = own.includes("GET") ? [...own, "HEAD"] : own;
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "LOCK", "PURGE", "SEARCH"]) {
        if (allowed.includes(method)) continue;
        for (const as of [undefined, cast.live.people[0], cast.live.keys[0]]) {
          const { status, headers, body } = await cast.world.app.api(method, cast.pathOf(path), { as });
          expect(status, `${method} ${path}`).toBe(405);
          expect(headers.get("allow")?.split(", ").sort()).toEqual([...allowed].sort());
          expect(body["code"]).toBe("method_not_allowed");
        }
      }
      const options = await cast.world.app.api("OPTIONS", cast.pathOf(path));
      expect(options.status).toBe(204);
      expect(options.headers.get("allow")?.split(", ").sort()).toEqual([...allowed].sort());
    }
    expect(await fingerprint(cast.world.pool)).toEqual(before);
  });

  it("is not HEAD where there is a GET, which answers the same without a body", async () => {
    for (const { name, method, path } of cast.routes) {
      if (method !== "GET") continue;
      await cast.prepare(rowOf(name));
      for (const as of [undefined, cast.takerOf(name)]) {
        const get = await cast.world.app.api("GET", cast.pathOf(path), { as });
        const head = await cast.world.app.api("HEAD", cast.pathOf(path), { as });
        expect(head.status, name).toBe(get.status);
        expect(head.text).toBe("");
      }
    }
  });

  it("lets browsers of other sites read where a JWT is meant to be used, and nowhere else", async () => {
    const open = new Set<string>();
    for (const path of new Set(cast.routes.map((route) => route.path))) {
      const { headers } = await cast.world.app.api("OPTIONS", cast.pathOf(path), {
        headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
      });
      expect(headers.get("access-control-allow-credentials")).toBeNull();
      if (headers.get("access-control-allow-origin") !== null) open.add(path);
    }
    expect([...open].sort()).toEqual([
      "/api/v1/batches/{batchId}/results",
      "/api/v1/errors",
      "/api/v1/errors/{errorId}",
      "/api/v1/errors/{errorId}/activity",
      "/api/v1/errors/{errorId}/ignore",
      "/api/v1/errors/{errorId}/resolve",
      "/api/v1/errors/{errorId}/unresolve",
      "/api/v1/idempotencyKeys/{key}/reset",
      "/api/v1/runs",
      "/api/v1/runs/{runId}/events",
      "/api/v1/runs/{runId}/metadata",
      "/api/v1/runs/{runId}/replay",
      "/api/v1/runs/{runId}/reschedule",
      "/api/v1/runs/{runId}/result",
      "/api/v1/runs/{runId}/spans/{spanId}",
      "/api/v1/runs/{runId}/tags",
      "/api/v1/runs/{runId}/trace",
      "/api/v1/tasks/{taskId}/trigger",
      "/api/v2/batches/{batchId}",
      "/api/v3/batches",
      "/api/v3/batches/{batchId}/items",
      "/api/v3/runs/{runId}",
      "/openapi.json",
      "/realtime/v1/runs/{runId}",
    ]);
  });
});
