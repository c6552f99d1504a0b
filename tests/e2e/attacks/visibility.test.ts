import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { selfSigned } from "../support/self-signed.js";
import { fingerprint } from "../support/state.js";
import { createMember, startWorld, type World } from "../support/world.js";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.stop());

const withoutId = (body: Record<string, unknown>) => ({ ...body, requestId: 0 });

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

  it("are not widened by tags that their holder sets", async () => {
    const { environments } = world.owner;
    const { id } = await world.ok<{ id: string }>("POST", "/api/v1/tasks/vault/trigger", {
      as: environments.prod.apiKey,
      body: { payload: "secret", options: { tags: ["private"], metadata: { hidden: true } } },
    });
    const jwt = async (scopes: string[]) => (await world.exchange("prod", { claims: { scopes } })).token;
    const read = async (as: string) => (await world.app.api("GET", `/api/v3/runs/${id}`, { as })).status;
    const tag = (as: string, tags: string[]) =>
      world.app.api("POST", `/api/v1/runs/${id}/tags`, { as, body: { tags } });
    for (const scopes of [
      ["write:runs", "read:tags:mine"],
      [`write:runs:${id}`, "read:tags"],
    ]) {
      const as = await jwt(scopes);
      const before = await fingerprint(world.pool);
      if (scopes[1] === "read:tags:mine") {
        const refused = await tag(as, ["other", "mine"]);
        expect(refused.status, refused.text).toBe(403);
        expect(await read(as)).toBe(403);
        expect(await fingerprint(world.pool)).toEqual(before);
      } else {
        expect(await read(as)).toBe(200);
        expect((await tag(as, ["seen"])).status).toBe(200);
      }
    }
    const writer = await jwt(["write:runs"]);
    const tagged = await tag(writer, ["harmless"]);
    expect(tagged.status).toBe(200);
    expect(tagged.text).not.toContain("private");
    const written = await world.app.api("PUT", `/api/v1/runs/${id}/metadata`, { as: writer, body: {} });
    expect(written.status).toBe(200);
    expect(written.text).not.toContain("hidden");
    expect(await read(writer)).toBe(403);
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
