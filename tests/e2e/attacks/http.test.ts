import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawRequest, sendRaw } from "../support/raw-http.js";
import { fingerprint } from "../support/state.js";
import { startWorld, type World } from "../support/world.js";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.stop());

const WHOAMI = "GET /api/v2/whoami";
const raw = (headers: string[], line = WHOAMI) => sendRaw(world.app.origin, rawRequest(line, headers));

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
