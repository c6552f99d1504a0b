import { setTimeout as sleep } from "node:timers/promises";
import { type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectGeneric401 } from "../support/generic-401.js";
import { environment, MINT, type Pair, person, startPair } from "../support/pair.js";
import { rawRequest, sendRaw } from "../support/raw-http.js";
import { createDeletable, createMember } from "../support/world.js";

let pair: Pair;

beforeAll(async () => {
  pair = await startPair();
});

afterAll(() => pair?.stop());

describe("revocation in a race", () => {
  /** Runs `act` over and over while `end` happens in the middle of it; answers all that it got. */
  async function race<T>(act: (app: TestApp) => Promise<T>, end: () => Promise<unknown>): Promise<T[]> {
    const made: T[] = [];
    let over = false;
    const loop = async (app: TestApp) => {
      while (!over) made.push(await act(app));
    };
    const loops = Promise.all([...pair.apps, ...pair.apps].map(loop));
    await sleep(60);
    await end();
    await sleep(40);
    over = true;
    await loops;
    return made;
  }

  it("with mint and exchange leaves nothing alive", async () => {
    for (let round = 0; round < 6; round++) {
      const isWhole = round % 3 === 2;
      const tenant = isWhole ? await createDeletable(pair.world.app, `race-${round}`) : await pair.newRoot();
      const uat = await pair.world.mint({}, tenant.pat);
      const exchangeOf = (as: string) => (app: TestApp) =>
        app.api("POST", `/api/v1/projects/${tenant.ref}/dev/jwt`, { as, body: {} });
      const ends = [
        () => pair.second.api("DELETE", `/api/v1/auth/tokens/${tenant.patId}`, { as: tenant.pat }),
        () => pair.second.api("DELETE", `/api/v1/auth/tokens/${uat.id}`, { as: tenant.pat }),
        () => pair.world.pool.query(`DELETE FROM "user" WHERE id = $1`, [tenant.userId]),
      ];
      const end = ends[round % ends.length] ?? (() => Promise.resolve());
      const answers = await race(async (app) => {
        const mint = round % 3 === 1 ? null : await app.api("POST", MINT, { as: tenant.pat, body: {} });
        const exchanged = await exchangeOf(round % 3 === 1 ? uat.token : tenant.pat)(app);
        return [mint, exchanged];
      }, end);
      const tokens = answers.flat().flatMap((answer) => {
        if (answer === null) return [];
        expect([200, 401, 404], answer.text).toContain(answer.status);
        return answer.status === 200 ? [String(answer.body["token"])] : [];
      });
      expect(tokens.length).toBeGreaterThan(0);
      for (const token of tokens.slice(-40)) {
        const probe = token.startsWith("tr_uat_") ? person(token) : environment(token);
        for (const app of pair.apps) expectGeneric401(await app.api(probe[0], probe[1], { as: probe[2] }));
      }
    }
  });

  it("with removing and re-adding a member leaves nothing alive that an earlier membership gave", async () => {
    const member = await createMember(pair.world, "flicker");
    const add = () => pair.world.app.admin("member", "add", "--org", pair.world.owner.org, "--email", member.email);
    const remove = () =>
      pair.world.app.admin("member", "remove", "--org", pair.world.owner.org, "--email", member.email);
    const answers = await race(
      (app) => app.api("POST", `/api/v1/projects/${member.ref}/prod/jwt`, { as: member.pat, body: {} }),
      remove,
    );
    const given = answers.filter(({ status }) => status === 200).map(({ body }) => String(body["token"]));
    expect(given.length).toBeGreaterThan(0);
    await add();
    for (const token of given.slice(-60))
      for (const app of pair.apps) expectGeneric401(await app.api("GET", "/api/v1/runs", { as: token }));
  });

  it("never answers a fault of the server's, whatever is deleted under a request", async () => {
    for (let round = 0; round < 3; round++) {
      const tenant = await createDeletable(pair.world.app, `ground-${round}`);
      const key = tenant.environments.dev.apiKey;
      const base = `/api/v1/projects/${tenant.ref}`;
      const calls: [string, string, string, object][] = [
        ["POST", "/api/v1/tasks/x/trigger", key, { options: { idempotencyKey: "same" } }],
        ["POST", `${base}/branches`, tenant.pat, { branch: "b" }],
        ["POST", `${base}/envvars/prod`, tenant.pat, { name: "A", value: "1" }],
        ["POST", `${base}/envvars/prod/import`, tenant.pat, { variables: { B: "1" } }],
        ["POST", MINT, tenant.pat, {}],
        ["PATCH", base, tenant.pat, { name: "x" }],
        ["POST", `/api/v1/orgs/${tenant.org}/projects`, tenant.pat, { name: "new" }],
      ];
      const ends = [
        () => pair.world.app.admin("project", "delete", "--ref", tenant.ref),
        () => pair.world.app.admin("user", "delete", "--email", tenant.email),
        () => pair.world.pool.query("DELETE FROM organization WHERE slug = $1", [tenant.org]),
      ];
      const answers = await race(
        (app) => Promise.all(calls.map(([method, path, as, body]) => app.api(method, path, { as, body }))),
        ends[round] ?? (() => Promise.resolve()),
      );
      for (const { status, text } of answers.flat()) expect(status, text).toBeLessThan(500);
    }
  });

  it("a body that is sent in slowly does not carry a revoked token over its end", async () => {
    const tenant = await pair.newRoot();
    const body = JSON.stringify({ name: "SLOW", value: "x" });
    const head = rawRequest(`POST /api/v1/projects/${tenant.ref}/envvars/prod`, [
      `Authorization: Bearer ${tenant.pat}`,
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
    ]);
    const { connect } = await import("node:net");
    const { port } = new URL(pair.world.app.origin);
    const answer = new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), "127.0.0.1", () => socket.write(head + body.slice(0, 5)));
      let text = "";
      socket.on("data", (chunk) => (text += chunk.toString()));
      socket.on("end", () => resolve(text));
      socket.on("error", reject);
      void (async () => {
        await sleep(500);
        await pair.world.app.api("DELETE", `/api/v1/auth/tokens/${tenant.patId}`, { as: tenant.pat });
        await sleep(800);
        socket.write(body.slice(5));
      })();
    });
    expect(await answer).toMatch(/^HTTP\/1\.1 401/);
    const { rows } = await pair.world.pool.query("SELECT 1 FROM environment_variable WHERE name = 'SLOW'");
    expect(rows).toEqual([]);
    expect((await sendRaw(pair.world.app.origin, rawRequest("GET /healthcheck", []))).status).toBe(200);
  });
});
