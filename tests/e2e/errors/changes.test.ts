import { setTimeout as sleep } from "node:timers/promises";
import { createApiClient } from "@trigger.dev/core/client";
import type { ErrorGroupDetail, ListErrorActivityResponse, ListErrorsResponse } from "@trigger.dev/core/v3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failingWorker, type FailingWorker } from "../support/failing-runs.js";
import { selfSigned } from "../support/self-signed.js";
import { fingerprint } from "../support/state.js";
import { startWorld, type World } from "../support/world.js";

let world: World;
let old: FailingWorker;
let current: FailingWorker;
let key: string;

beforeAll(async () => {
  world = await startWorld();
  key = world.owner.environments.dev.apiKey;
  const place = { ref: world.owner.ref, apiKey: key };
  old = await failingWorker(world.app.origin, place, { content: "old" });
  current = await failingWorker(world.app.origin, place, { content: "new" });
});
afterAll(() => world?.stop());

let made = 0;
const NAMES = [..."abcdefghijklmnopqrstuvwxyz"];
async function newError(worker = current) {
  const where = `place_${NAMES[made++]}`;
  return { id: await worker.errorOf({ in: where }), again: (by = worker) => by.fail({ in: where }) };
}

const change = (id: string, verb: string, body?: object, as = key) =>
  world.app.api<ErrorGroupDetail>("POST", `/api/v1/errors/${id}/${verb}`, { as, body });
const read = async (id: string, as = key) =>
  (await world.app.api<ErrorGroupDetail>("GET", `/api/v1/errors/${id}`, { as })).body;
const activity = async (id: string) =>
  (await world.ok<ListErrorActivityResponse>("GET", `/api/v1/errors/${id}/activity`, { as: key })).data;
const statusesOf = async (query: string) =>
  (await world.ok<ListErrorsResponse>("GET", `/api/v1/errors?page[size]=100&${query}`, { as: key })).data;

describe("an error", () => {
  it("is told with why it is one, and a run of it", async () => {
    const { id, again } = await newError(old);
    await again(current);
    const detail = await read(id);
    expect(detail).toMatchObject({
      id,
      taskIdentifier: "hello",
      errorType: "Error",
      errorMessage: "It broke",
      count: 2,
      status: "unresolved",
      affectedVersions: [current.version, old.version],
      resolvedInVersion: null,
      ignoredUntilOccurrenceRate: null,
      groupedBy: { tier: "frames", skeleton: "It broke" },
      sample: { runId: expect.stringMatching(/^run_/), stackTrace: expect.stringContaining("at place_") },
    });
  });

  it("that is resolved in a version re-opens in that version, not in an older one", async () => {
    const { id, again } = await newError(old);
    const resolved = await change(id, "resolve", { resolvedInVersion: current.version });
    expect(resolved).toMatchObject({ status: 200, body: { status: "resolved", resolvedInVersion: current.version } });
    await again(old);
    expect(await read(id)).toMatchObject({ status: "resolved", count: 2 });
    await again(current);
    expect(await read(id)).toMatchObject({ status: "unresolved", count: 3, resolvedInVersion: current.version });
    expect((await activity(id)).map(({ reason, from, to, version }) => [reason, from, to, version])).toEqual([
      ["regression", "resolved", "unresolved", current.version],
      ["manual", "unresolved", "resolved", current.version],
    ]);
  });

  it("whose ignore has expired is unresolved in every view, without anything having run", async () => {
    const { id } = await newError();
    const ignored = await change(id, "ignore", { duration: 400, reason: "for a moment" });
    expect(ignored.body).toMatchObject({ status: "ignored", ignoredReason: "for a moment", ignoredByUserId: null });
    expect((await statusesOf("filter[status]=ignored")).map((item) => item.id)).toEqual([id]);
    await sleep(500);
    expect(await statusesOf("filter[status]=ignored")).toEqual([]);
    for (const sort of ["lastSeen", "firstSeen", "count"]) {
      const found = (await statusesOf(`filter[status]=unresolved&sort=${sort}`)).find((item) => item.id === id);
      expect(found?.status, sort).toBe("unresolved");
    }
    expect(await activity(id)).toMatchObject([{ reason: "ignore_expired", to: "unresolved", user: null }, {}]);
    expect((await read(id)).status).toBe("unresolved");
    expect(await activity(id)).toHaveLength(2);
  });

  it("re-opens at the occurrence that breaks its limit", async () => {
    const { id, again } = await newError();
    await change(id, "ignore", { totalOccurrences: 2 });
    await again();
    expect((await read(id)).status).toBe("ignored");
    await again();
    expect((await read(id)).status).toBe("unresolved");
    expect((await activity(id))[0]).toMatchObject({ reason: "count_exceeded" });
  });

  it("is changed twice with one result, and an empty body is none", async () => {
    const { id } = await newError();
    for (const verb of ["resolve", "resolve", "unresolve", "unresolve", "ignore", "ignore"]) {
      expect((await change(id, verb)).status, verb).toBe(200);
    }
    expect((await activity(id)).map(({ to }) => to)).toEqual(["ignored", "unresolved", "resolved"]);
  });

  it.each([
    ["ignore", { duration: 0 }],
    ["ignore", { duration: 1.5 }],
    ["ignore", { occurrenceRate: -1 }],
    ["ignore", { occurrenceRate: 0 }],
    ["ignore", { totalOccurrences: 0.5 }],
    ["ignore", { totalOccurrences: "2" }],
    ["ignore", { reason: "x".repeat(1001) }],
    ["ignore", { duration: null }],
    ["resolve", { resolvedInVersion: 1 }],
    ["resolve", { resolvedInVersion: null }],
    ["resolve", []],
  ])("refuses to %s with %j", async (verb, body) => {
    const [{ id } = { id: "" }] = await statusesOf("");
    const before = await fingerprint(world.pool);
    expect((await change(id, verb, body)).status).toBe(400);
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it("pages through its changes, newest first", async () => {
    const { id } = await newError();
    for (let turn = 0; turn < 3; turn++) for (const verb of ["resolve", "unresolve"]) await change(id, verb);
    const all = (await activity(id)).map((item) => item.id);
    const client = createApiClient({ apiUrl: world.app.origin, accessToken: key });
    const first = await client.listErrorActivity(id, { "page[size]": "4" });
    const second = await client.listErrorActivity(id, { "page[size]": "4", "page[after]": first.pagination.next });
    expect([...first.data, ...second.data].map((item) => item.id)).toEqual(all);
    const back = await client.listErrorActivity(id, { "page[size]": "4", "page[before]": second.pagination.previous });
    expect(back.data).toEqual(first.data);
    const foreign = { "page[after]": first.pagination.next };
    await expect(client.listErrors(foreign)).rejects.toMatchObject({ status: 400 });
  });
});

describe("who changed an error", () => {
  const last = async (id: string) => (await activity(id))[0];

  it("is the person behind an exchanged token, with the token nearest to it", async () => {
    const { id } = await newError();
    const uat = await world.mint({ client: "triage-agent", cap: ["write:errors"] });
    const { token } = await world.exchange("dev", { claims: { scopes: ["write:errors"] } }, uat.token);
    const resolved = await change(id, "resolve", {}, token);
    expect(resolved.body).toMatchObject({ status: "resolved", resolvedBy: world.owner.userId });
    expect(await last(id)).toMatchObject({
      user: { id: world.owner.userId, name: expect.any(String) },
      credential: { kind: "uat", id: uat.id },
      client: "triage-agent",
    });
    const direct = await world.exchange("dev", { claims: { scopes: ["write:errors"] } });
    const ignored = await change(id, "ignore", {}, direct.token);
    expect(ignored.body).toMatchObject({ ignoredByUserId: world.owner.userId, resolvedBy: world.owner.userId });
    expect(await last(id)).toMatchObject({ credential: { kind: "pat", id: world.owner.patId } });
  });

  it("is nobody with the environment's key, or a token that it signed", async () => {
    const { id } = await newError();
    const { dev } = world.owner.environments;
    expect((await change(id, "resolve")).body.resolvedBy).toBeNull();
    expect(await last(id)).toMatchObject({
      user: null,
      credential: { kind: "environmentKey", id: dev.id },
      client: null,
    });
    expect((await change(id, "ignore", {}, selfSigned(dev, ["write:errors"]))).body.ignoredByUserId).toBeNull();
    expect(await last(id)).toMatchObject({ user: null, credential: { kind: "environmentJwt", id: dev.id } });
  });

  it("is in the audit trail too", async () => {
    const { id } = await newError();
    await change(id, "resolve", { resolvedInVersion: "9.9.9" });
    const { rows } = await world.pool.query(
      "SELECT action, outcome, detail FROM audit_event WHERE target = $1 AND action LIKE 'error.%'",
      [id],
    );
    expect(rows).toMatchObject([{ action: "error.resolve", outcome: "allowed", detail: { inVersion: "9.9.9" } }]);
  });
});
