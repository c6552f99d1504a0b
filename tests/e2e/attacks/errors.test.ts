import type { ErrorGroupDetail, ListErrorActivityResponse, ListErrorsResponse } from "@trigger.dev/core/v3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failingWorker } from "../support/failing-runs.js";
import { selfSigned } from "../support/self-signed.js";
import { fingerprint } from "../support/state.js";
import { startWorld, type World } from "../support/world.js";

let world: World;
let mine: string;
let other: string;
let theirs: string;

beforeAll(async () => {
  world = await startWorld();
  const { app, owner, stranger } = world;
  const ours = await failingWorker(app.origin, { ref: owner.ref, apiKey: owner.environments.dev.apiKey });
  mine = await ours.errorOf({ in: "mine" });
  other = await ours.errorOf({ in: "other" });
  const foreign = await failingWorker(app.origin, { ref: stranger.ref, apiKey: stranger.environments.dev.apiKey });
  theirs = await foreign.errorOf({ in: "theirs" });
});
afterAll(() => world?.stop());

const VERBS = ["resolve", "ignore", "unresolve"] as const;
const key = () => world.owner.environments.dev.apiKey;
const get = (path: string, as = key()) => world.app.api("GET", `/api/v1/errors${path}`, { as });
const post = (id: string, verb: string, as = key()) => world.app.api("POST", `/api/v1/errors/${id}/${verb}`, { as });
const narrow = async (...scopes: string[]) => (await world.exchange("dev", { claims: { scopes } })).token;

describe("an error of another environment", () => {
  it("is not there, like one that is nowhere, and cannot be changed", async () => {
    const before = await fingerprint(world.pool);
    const nowhere = [
      "error_none",
      "error_",
      "error",
      "run_abc",
      "error_%00",
      "error_..%2F",
      `error_${"a".repeat(500)}`,
    ];
    const bodies = new Set<unknown>();
    for (const id of [theirs, ...nowhere]) {
      for (const path of [`/${id}`, `/${id}/activity`]) {
        const { status, body } = await get(path);
        expect(status, id).toBe(404);
        bodies.add(body["error"]);
      }
      for (const verb of VERBS) expect((await post(id, verb)).status, `${verb} ${id}`).toBe(404);
    }
    for (const { apiKey } of [world.owner.environments.prod, world.stranger.environments.dev]) {
      for (const verb of VERBS) expect((await post(mine, verb, apiKey)).status).toBe(404);
      expect((await get(`/${mine}`, apiKey)).status).toBe(404);
    }
    expect([...bodies]).toEqual(["Error not found"]);
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it("does not show in a list, a search or a filter, and its cursor is good nowhere else", async () => {
    const { environments } = world.stranger;
    const list = await world.ok<ListErrorsResponse>("GET", "/api/v1/errors?page[size]=1", { as: key() });
    expect(list.data.map(({ id }) => id)).not.toContain(theirs);
    expect(list.pagination.next).toBeDefined();
    const { status } = await get(`?page[size]=1&page[after]=${list.pagination.next}`, environments.dev.apiKey);
    expect(status).toBe(400);
  });
});

describe("a cursor", () => {
  it("that was altered, cut, made up, or is of another list is refused, forwards and backwards", async () => {
    const list = await world.ok<ListErrorsResponse>("GET", "/api/v1/errors?page[size]=1", { as: key() });
    const good = list.pagination.next ?? "";
    const [middle] = [Math.floor(good.length / 2)];
    const forged = [
      good.slice(0, -1),
      good.slice(1),
      `${good}A`,
      `${good.slice(0, middle)}${good[middle] === "A" ? "B" : "A"}${good.slice(middle + 1)}`,
      good.toLowerCase(),
      Buffer.from(JSON.stringify([1, "lastSeen", "x", 0, "", 0, 1])).toString("base64url"),
      "run_0mwrnarsbyli0rnrdvfrcxnl",
      "%00",
      "x".repeat(1024),
      "9".repeat(5000),
    ];
    for (const cursor of forged) {
      for (const edge of ["after", "before"]) {
        expect((await get(`?page[size]=1&page[${edge}]=${cursor}`)).status, `${edge} ${cursor}`).toBe(400);
      }
    }
    for (const query of ["sort=count", "filter[status]=unresolved", "filter[search]=a", "filter[period]=2d"]) {
      expect((await get(`?${query}&page[after]=${good}`)).status, query).toBe(400);
    }
    expect((await get(`?page[after]=${good}&page[before]=${good}`)).status).toBe(400);
    expect((await get(`?page[size]=1&page[after]=${good}`)).status).toBe(200);
  });
});

describe("a scope", () => {
  it("with an id reads and changes that error alone, and lists nothing", async () => {
    const reader = await narrow(`read:errors:${mine}`);
    expect((await get(`/${mine}`, reader)).status).toBe(200);
    expect((await get(`/${mine}/activity`, reader)).status).toBe(200);
    const writer = await narrow(`write:errors:${mine}`);
    const before = await fingerprint(world.pool);
    for (const path of ["", "?page[size]=1", `/${other}`, `/${other}/activity`, `?filter[search]=mine`]) {
      const { status, body } = await get(path, reader);
      expect(status, path).toBe(403);
      expect(JSON.stringify(body)).toContain("read:errors");
    }
    for (const verb of VERBS) {
      expect((await post(other, verb, writer)).body).toMatchObject({
        code: "insufficient_scope",
        scopes: [`write:errors:${other}`],
      });
      expect((await post(mine, verb, reader)).status).toBe(403);
    }
    expect((await get(`/${mine}`, writer)).status).toBe(403);
    expect(await fingerprint(world.pool)).toEqual(before);
    expect((await post(mine, "resolve", writer)).status).toBe(200);
    await post(mine, "unresolve", writer);
  });

  it("for errors does not read runs, nor one for runs errors", async () => {
    const errors = await narrow("read:errors", "write:errors");
    const runs = `/api/v1/runs?filter[error]=${mine}`;
    expect((await world.app.api("GET", runs, { as: errors })).status).toBe(403);
    expect((await get("", await narrow("read:runs"))).status).toBe(403);
  });

  it("is refused before anything is read of the request", async () => {
    const reader = await narrow("read:errors");
    const request = { as: reader, body: { duration: "never" } };
    expect((await world.app.api("POST", `/api/v1/errors/${mine}/ignore`, request)).status).toBe(403);
  });
});

describe("people's own tokens", () => {
  it("are not taken: a token of a person is exchanged first", async () => {
    const uat = await world.mint();
    for (const as of [world.owner.pat, uat.token]) {
      expect((await get("", as)).status).toBe(401);
      expect((await get(`/${mine}`, as)).status).toBe(401);
      expect((await post(mine, "resolve", as)).status).toBe(401);
    }
  });

  it("end what was exchanged from them", async () => {
    const uat = await world.mint({ cap: ["read:errors", "write:errors"] });
    const { token } = await world.exchange("dev", {}, uat.token);
    expect((await get("", token)).status).toBe(200);
    await world.app.admin("token", "revoke", "--id", uat.id);
    const before = await fingerprint(world.pool);
    expect((await get("", token)).status).toBe(401);
    expect((await post(mine, "resolve", token)).status).toBe(401);
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it("cannot be put into a change by who sends it", async () => {
    const { dev } = world.owner.environments;
    const body = { resolvedBy: world.owner.userId, userId: world.owner.userId, act: { sub: world.owner.userId } };
    const as = selfSigned(dev, ["write:errors", "read:errors"]);
    const { body: detail } = await world.app.api("POST", `/api/v1/errors/${mine}/resolve`, { as, body });
    expect(detail["resolvedBy"]).toBeNull();
    const trail = await world.ok<ListErrorActivityResponse>("GET", `/api/v1/errors/${mine}/activity`, { as });
    expect(trail.data[0]).toMatchObject({ user: null, credential: { kind: "environmentJwt", id: dev.id } });
    await post(mine, "unresolve");
  });
});

it("a browser of any site may use a JWT that it was given", async () => {
  const origin = "https://app.example";
  const preflight = await world.app.api("OPTIONS", `/api/v1/errors/${mine}/resolve`, {
    headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization" },
  });
  expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
  expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
  const as = await narrow("read:errors");
  const { headers } = await world.app.api("GET", "/api/v1/errors", { as, headers: { origin } });
  expect(headers.get("access-control-allow-origin")).toBe("*");
});

it("a message that somebody wrote to do harm comes back bounded, and as nothing but text", async () => {
  const { ref, environments } = world.owner;
  const worker = await failingWorker(world.app.origin, { ref, apiKey: environments.staging.apiKey });
  const as = environments.staging.apiKey;
  const evil = `\u0000\u001b[2J\u001b]0;owned\u0007\ud800<script>alert(1)</script>\udc00\u009b31m`;
  const texts = [evil, `${evil}${"A".repeat(1_000_000)}${evil}`, "\u0000", "\ud800", "'; DROP TABLE error_group; --"];
  for (const [index, text] of texts.entries()) {
    const where = `evil${"abcdefgh"[index]}`;
    await worker.fail({ message: text, name: index === 0 ? `Evil\u0000<b>\u001b[1m` : "Evil", in: where });
    await worker.fail({ error: { type: "STRING_ERROR", raw: `${where} ${text}` } });
  }
  const list = await world.ok<ListErrorsResponse>("GET", "/api/v1/errors?page[size]=100", { as });
  expect(list.data.length).toBeGreaterThanOrEqual(texts.length);
  // Line breaks and tabs are text; what moves a terminal's cursor, or half a character, is not.
  // oxlint-disable-next-line no-control-regex
  const harmful = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Surrogate}/u;
  for (const { id, errorMessage, errorType } of list.data) {
    const { body, headers } = await world.app.api<ErrorGroupDetail>("GET", `/api/v1/errors/${id}`, { as });
    expect(headers.get("content-type")).toContain("application/json");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(errorMessage.length).toBeLessThanOrEqual(2_048);
    expect(body.sample?.stackTrace?.length ?? 0).toBeLessThanOrEqual(16_384);
    for (const text of [errorMessage, errorType, body.sample?.stackTrace ?? "", JSON.stringify(body.groupedBy)]) {
      expect(text).not.toMatch(harmful);
    }
  }
  expect((await get(`?filter[search]=${encodeURIComponent("DROP TABLE")}`, as)).body["data"]).toHaveLength(2);
});

it("changes at the same time all count, and the last one stands", async () => {
  const before = await world.ok<ListErrorActivityResponse>("GET", `/api/v1/errors/${other}/activity`, { as: key() });
  const verbs = Array.from({ length: 12 }, (_, index) => VERBS[index % VERBS.length] ?? "resolve");
  const answers = await Promise.all(verbs.map((verb) => post(other, verb)));
  expect(answers.map(({ status }) => status)).toEqual(verbs.map(() => 200));
  const { data } = await world.ok<ListErrorActivityResponse>("GET", `/api/v1/errors/${other}/activity?page[size]=100`, {
    as: key(),
  });
  const chain = data.slice(0, data.length - before.data.length).toReversed();
  let status = "unresolved";
  for (const { from, to, reason } of chain) {
    expect([from, reason]).toEqual([status, "manual"]);
    status = to;
  }
  expect((await get(`/${other}`)).body["status"]).toBe(status);
});
