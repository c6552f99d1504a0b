import type { AuditEvent, ListAuditResponse } from "@trigger.dev/core/v3";
import { type Reader, shellBlocks, startReader } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { read } from "../docs/markdown.js";
import { createMember, startWorld, type Tenant, type World } from "../support/world.js";

let world: World;
let reader: Reader;
let member: Tenant;
beforeAll(async () => {
  world = await startWorld();
  reader = await startReader(world.app);
  member = await createMember(world, "mallory");
});
afterAll(async () => {
  await world?.stop();
  await reader?.stop();
});

const MAIN = "/api/v1/orgs/main/audit";
const list = (query = "", { as = world.owner.pat, path = MAIN } = {}) =>
  world.ok<ListAuditResponse>("GET", `${path}${query}`, { as });
/** What is written a moment later is waited for. */
const event = async (query: string, found: (event: AuditEvent) => boolean = () => true): Promise<AuditEvent> => {
  let match: AuditEvent | undefined;
  await expect.poll(async () => (match = (await list(query)).data.find(found)), { timeout: 10_000 }).toBeDefined();
  if (!match) throw new Error(query);
  return match;
};

describe("the trail of an organization", () => {
  it("says who minted, through which token, from where, for which client, in which request", async () => {
    const minted = await world.app.api<{ id: string }>("POST", "/api/v1/auth/user-actor-token", {
      as: world.owner.pat,
      body: { client: "nightly", cap: ["read:runs"] },
    });
    expect(await event(`?filter[requestId]=${minted.headers.get("x-request-id")}`)).toEqual({
      id: expect.stringMatching(/^audit_/),
      at: expect.any(String),
      action: "uat.mint",
      outcome: "allowed",
      reason: null,
      actor: { id: world.owner.userId, email: world.owner.email },
      credential: { kind: "pat", id: world.owner.patId, parentId: null, client: null, clientVerified: false },
      target: minted.body.id,
      address: "127.0.0.1",
      requestId: minted.headers.get("x-request-id"),
      detail: { cap: ["read:runs"], client: "nightly", ttlSeconds: 3600 },
    });
  });

  it("follows a token through exchange, refusal, revocation and use after it", async () => {
    const { token, id } = await world.mint({ client: "agent", cap: ["read:runs"] });
    await world.exchange("dev", {}, token);
    const credential = { kind: "uat", id, parentId: world.owner.patId, client: "agent", clientVerified: false };
    const actor = { id: world.owner.userId, email: world.owner.email };
    expect(await event(`?filter[credential]=${id}&filter[action]=token.exchange`)).toMatchObject({
      outcome: "allowed",
      credential,
      actor,
      target: world.owner.environments.dev.id,
      detail: { granted: ["read:runs"] },
    });
    const path = `/api/v1/projects/${world.owner.ref}/dev/jwt`;
    expect(
      (await world.app.api("POST", path, { as: token, body: { claims: { scopes: ["write:tasks"] } } })).status,
    ).toBe(403);
    expect(await event(`?filter[credential]=${id}&filter[outcome]=refused`)).toMatchObject({
      action: "token.exchange",
      reason: "invalid_scope",
      credential,
      actor,
      target: "POST /api/v1/projects/:ref/:env/jwt",
      detail: { denied: ["write:tasks"] },
    });
    expect((await world.app.api("GET", `/api/v1/projects/${world.owner.ref}/dev`, { as: token })).status).toBe(403);
    expect(await event(`?filter[credential]=${id}&filter[action]=environment_key.read`)).toMatchObject({
      reason: "insufficient_scope",
      detail: { needed: ["read:apiKeys"] },
    });
    await world.app.api("DELETE", `/api/v1/auth/tokens/${id}`, { as: token });
    expect(await event(`?filter[credential]=${id}&filter[action]=uat.revoke`)).toMatchObject({
      credential,
      target: id,
    });
    expect((await world.app.api("GET", "/api/v2/whoami", { as: token })).status).toBe(401);
    expect(await event(`?filter[credential]=${id}&filter[action]=authenticate`)).toMatchObject({
      outcome: "refused",
      reason: "revoked",
      credential,
      actor,
      address: "127.0.0.1",
    });
  });

  it("has what the operator did to a member's tokens, and members' changes", async () => {
    expect(await event(`?filter[credential]=${member.patId}&filter[action]=pat.create`)).toMatchObject({
      actor: null,
      credential: { kind: "operator" },
    });
    expect(await event("?filter[action]=member.add")).toMatchObject({ target: member.userId });
  });

  it("has changes of environment variables, by whom and of what, without a value", async () => {
    const { prod, dev } = world.owner.environments;
    const path = `/api/v1/projects/${world.owner.ref}/envvars`;
    const value = "do-not-write-me-down";
    const { id, token } = await world.mint({ client: "deployer" });
    const changes = [
      ["POST", `${path}/prod`, token, { name: "LEVEL", value }],
      ["PUT", `${path}/prod/LEVEL`, token, { value: `${value}-2` }],
      ["POST", `${path}/prod/import`, token, { variables: { A: value, B: value }, override: true }],
      ["DELETE", `${path}/prod/LEVEL`, token, undefined],
      ["POST", `${path}/dev`, dev.apiKey, { name: "OWN", value }],
    ] as const;
    for (const [method, url, as, body] of changes) await world.ok(method, url, { as, ...(body ? { body } : {}) });
    expect((await world.app.api("DELETE", `${path}/prod/LEVEL`, { as: token })).status).toBe(404);

    const { data } = await list(`?page[size]=100&filter[credential]=${id}`);
    const told = data.filter(({ action }) => action.startsWith("environment-variable."));
    expect(told.map(({ action, detail }) => [action, detail])).toEqual([
      ["environment-variable.delete", { environment: "prod", name: "LEVEL" }],
      ["environment-variable.import", { environment: "prod", names: ["A", "B"], count: 2, parents: 0, override: true }],
      ["environment-variable.set", { environment: "prod", name: "LEVEL" }],
      ["environment-variable.set", { environment: "prod", name: "LEVEL" }],
    ]);
    expect(told[0]).toMatchObject({
      target: prod.id,
      actor: { id: world.owner.userId },
      credential: { kind: "uat", id, client: "deployer" },
    });
    const byKey = await event("?filter[action]=environment-variable.set");
    expect(byKey).toMatchObject({ actor: null, target: dev.id, credential: { kind: "environmentKey" } });
    expect(JSON.stringify(await list("?page[size]=100"))).not.toContain(value);
  });

  it("has sign-ins that failed, without what was typed", async () => {
    const page = await fetch(`${world.app.origin}/sign-in`);
    const csrf = /name="csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
    const answer = await fetch(`${world.app.origin}/sign-in`, {
      method: "POST",
      redirect: "manual",
      headers: {
        origin: world.app.origin,
        cookie: page.headers
          .getSetCookie()
          .map((one) => one.split(";")[0])
          .join("; "),
      },
      body: new URLSearchParams({ csrf, email: world.owner.email, password: "hunter2-hunter2" }),
    });
    expect(answer.status).toBe(401);
    const found = await event("?filter[action]=sign-in&filter[outcome]=refused");
    expect(found).toMatchObject({ reason: "wrong_password", actor: { id: world.owner.userId } });
    expect(JSON.stringify(found)).not.toContain("hunter2");
  });

  it("filters by actor, time and outcome, and names every bad filter", async () => {
    const all = async (query: string) => (await list(`?page[size]=100&${query}`)).data;
    expect(new Set((await all(`filter[actor]=${world.owner.email}`)).map(({ actor }) => actor?.id))).toEqual(
      new Set([world.owner.userId]),
    );
    const [newest] = await all("");
    expect(await all(`filter[to]=${newest?.at}`)).not.toContainEqual(newest);
    expect(await all(`filter[from]=${newest?.at}`)).toContainEqual(newest);
    expect(await all("filter[actor]=nobody@example.com")).toEqual([]);
    const bad = await world.app.api<{ issues: unknown[] }>(
      "GET",
      `${MAIN}?filter[outcome]=maybe&filter[from]=x&page[size]=0&format=xml`,
      { as: world.owner.pat },
    );
    expect([bad.status, bad.body.issues.length]).toEqual([400, 4]);
  });

  it("has pages that neither skip nor repeat an event while others are written", async () => {
    const before = (await list("?page[size]=100")).data.map(({ id }) => id);
    const seen: string[] = [];
    for (let after: string | undefined = ""; after !== undefined;) {
      const page: ListAuditResponse = await list(`?page[size]=7${after && `&page[after]=${after}`}`);
      seen.push(...page.data.map(({ id }) => id));
      after = page.pagination.next;
      await world.mint();
    }
    expect(seen.slice(0, before.length)).toEqual(before);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it("refuses cursors of another organization, altered and made up ones", async () => {
    const { pagination } = await list("?page[size]=1");
    const next = pagination.next ?? "";
    for (const [path, as, cursor] of [
      ["/api/v1/orgs/stranger/audit", world.stranger.pat, next],
      [MAIN, world.owner.pat, `${next.slice(0, -2)}AA`],
      [MAIN, world.owner.pat, "1"],
      [MAIN, world.owner.pat, "' OR 1=1 --"],
    ] as const) {
      const answer = await world.app.api("GET", `${path}?page[after]=${encodeURIComponent(cursor)}`, { as });
      expect(answer.status, cursor).toBe(400);
    }
  });

  it("streams all of it as JSON lines, the same events as the pages", async () => {
    const expected: AuditEvent[] = [];
    for (let after: string | undefined = ""; after !== undefined;) {
      const page: ListAuditResponse = await list(
        `?page[size]=100&filter[action]=uat.mint${after && `&page[after]=${after}`}`,
      );
      expected.push(...page.data);
      after = page.pagination.next;
    }
    for (const [query, headers] of [
      ["&format=jsonl", {}],
      ["", { accept: "application/x-ndjson" }],
    ] as const) {
      const answer = await world.app.api("GET", `${MAIN}?filter[action]=uat.mint${query}`, {
        as: world.owner.pat,
        headers,
      });
      expect(answer.headers.get("content-type")).toBe("application/x-ndjson; charset=utf-8");
      expect(
        answer.text
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line)),
      ).toEqual(expected);
    }
    expect(await event("?filter[action]=audit.export")).toMatchObject({ actor: { id: world.owner.userId } });
  });

  it("breaks an export off when its token is revoked meanwhile", { timeout: 60_000 }, async () => {
    // More than the sockets between the two take in before anybody reads.
    await world.pool.query(`
      INSERT INTO audit_event (organization_id, id, at, action, outcome, user_id, detail, mac)
      SELECT o.id, 'audit_filling_' || n, now(), 'request', 'refused', NULL, jsonb_build_object('filling', repeat('x', 4000)), ''
      FROM organization o, generate_series(1, 6000) n WHERE o.slug = 'stranger'`);
    const path = "/api/v1/orgs/stranger/audit?format=jsonl";
    const { token, id } = await world.mint({}, world.stranger.pat);
    const headers = { authorization: `Bearer ${token}` };
    const lines = async (meanwhile: () => Promise<unknown>) => {
      const body = (await fetch(new URL(path, world.app.origin), { headers })).body?.getReader();
      let text = "";
      await body?.read();
      await meanwhile();
      for (let part = await body?.read(); part && !part.done; part = await body?.read()) {
        text += Buffer.from(part.value).toString("latin1");
      }
      return text.split("\n").length;
    };
    expect(await lines(async () => undefined)).toBeGreaterThan(5000);
    await expect(lines(() => world.app.admin("token", "revoke", "--id", id))).rejects.toThrow("terminated");
  });

  it("is the organization's own: a stranger sees nothing of it, and nothing of theirs is in it", async () => {
    expect((await world.app.api("GET", MAIN, { as: world.stranger.pat })).status).toBe(404);
    const theirs = await world.app.api("POST", "/api/v1/auth/user-actor-token", { as: world.stranger.pat });
    await world.app.api("GET", `/api/v1/projects/${world.owner.ref}/dev`, { as: world.stranger.pat });
    const own = await list("?page[size]=100", { as: world.stranger.pat, path: "/api/v1/orgs/stranger/audit" });
    expect(own.data.map(({ requestId }) => requestId)).toContain(theirs.headers.get("x-request-id"));
    const ids = new Set(own.data.map(({ id }) => id));
    const main = (await list("?page[size]=100")).data;
    expect(main.filter(({ id, actor }) => ids.has(id) || actor?.id === world.stranger.userId)).toEqual([]);
  });

  it("takes read:audit by name: read:all does not cover it", async () => {
    for (const [cap, status] of [
      [["read:all"], 403],
      [["*:all"], 403],
      [["read:members"], 403],
      [["read:audit"], 200],
      [["admin"], 200],
      [null, 200],
    ] as const) {
      const { token } = await world.mint(cap ? { cap } : {});
      const answer = await world.app.api<{ scopes?: string[] }>("GET", MAIN, { as: token });
      expect(answer.status, String(cap)).toBe(status);
      if (status === 403) expect(answer.body.scopes).toEqual(["read:audit"]);
    }
  });

  it("counts what is refused again and again, so that nobody fills it", async () => {
    const { token, id } = await world.mint({ cap: ["read:tasks"] });
    for (let turn = 0; turn < 30; turn++) await world.app.api("GET", MAIN, { as: token });
    await event(`?filter[credential]=${id}&filter[action]=audit.read`);
    const { data } = await list(`?filter[credential]=${id}&filter[action]=audit.read&page[size]=100`);
    expect(data.length).toBeLessThanOrEqual(20);
  });

  it("is read on the command line as docs/audit.md says", async () => {
    const [variables = ""] = shellBlocks(read("README.md"), "Mint, use, exchange");
    const lines = shellBlocks(read("docs/audit.md"))
      .join("\n")
      .split("\n")
      .filter((line) => line.startsWith("npx "));
    expect(lines).toHaveLength(3);
    const output = await reader.shell(`${variables}\n${lines.join("\n")}`);
    expect(output).toContain("nightly");
  });
});
