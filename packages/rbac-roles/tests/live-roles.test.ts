import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createRolesWorld, OPERATOR, type RolesWorld } from "./roles-world.js";

let world: RolesWorld;
beforeAll(async () => {
  world = await createRolesWorld();
});
afterAll(() => world?.stop());

const pat = async (maxRole: string | null = null) => (await world.insert.pat(world.bob.id, { maxRole })).token;

/** What a token may do in an environment, of what tells the roles apart. */
const PROBES = ["read:runs", "write:runs", "trigger:tasks", "read:envvars", "read:apiKeys", "write:errors", "admin"];
const may = async (token: string, environment: "dev" | "staging" | "prod" | "preview") => {
  const ability = await world.inEnvironment(token, environment);
  return PROBES.filter((scope) => ability.can([scope]));
};

describe("a system role", () => {
  it.each([
    ["owner", PROBES, PROBES],
    ["admin", PROBES.filter((scope) => scope !== "admin"), PROBES.filter((scope) => scope !== "admin")],
    ["developer", PROBES.filter((scope) => scope !== "admin"), ["read:runs", "write:errors"]],
    ["viewer", ["read:runs"], ["read:runs"]],
    ["Owner", [], []],
    ["оwner", [], []],
    ["__proto__", [], []],
    ["constructor", [], []],
    ["", [], []],
  ])("%j may do what it says, in development and in production", async (role, inDev, inProduction) => {
    await world.setRole(world.bob.id, role);
    const token = await pat();
    expect(await may(token, "dev")).toEqual(inDev);
    expect(await may(token, "staging")).toEqual(inDev);
    expect(await may(token, "preview")).toEqual(inDev);
    expect(await may(token, "prod")).toEqual(inProduction);
    const { abilityIn } = await world.ask(token, { kind: "project", ref: world.project.ref });
    expect(PROBES.filter((scope) => abilityIn("PRODUCTION").can([scope]))).toEqual(inProduction);
    expect(PROBES.filter((scope) => abilityIn("DEVELOPMENT").can([scope]))).toEqual(inDev);
  });

  it("narrows a session, a user-actor token and what was exchanged alike", async () => {
    await world.setRole(world.bob.id, "viewer");
    const own = await world.insert.pat(world.bob.id);
    const uat = await world.mint(world.bob, own);
    const environmentId = world.prod.id;
    const act = { sub: world.bob.id, pat: own.id, client: "ci" };
    const jwts = [
      await world.exchange({ environmentId, scopes: ["admin"], act }),
      await world.exchange({ environmentId, scopes: ["admin"], act: { ...act, uat: uat.id } }),
    ];
    for (const jwt of jwts) {
      const answer = await world.rbac.authenticateBearer(jwt, { target: { kind: "credential" } });
      expect(answer.ok && PROBES.filter((scope) => answer.authentication.ability.can([scope]))).toEqual(["read:runs"]);
    }
    expect(await may(uat.token, "prod")).toEqual(["read:runs"]);
    const secret = await world.insert.session(world.bob.id, new Date(Date.now() + 60_000));
    const answer = await world.rbac.authenticateSession(secret, {
      target: { kind: "environment", ref: world.project.ref, environment: "prod" },
    });
    expect(answer.ok && PROBES.filter((scope) => answer.authentication.ability.can([scope]))).toEqual(["read:runs"]);
  });

  it("leaves an environment's own key alone", async () => {
    const answer = await world.rbac.authenticateBearer(world.prod.apiKey, { target: { kind: "credential" } });
    expect(answer.ok && answer.authentication.ability.can(["write:runs"])).toBe(true);
  });
});

describe("a token's highest role", () => {
  beforeEach(() => world.setRole(world.bob.id, "owner"));

  it.each([
    ["viewer", ["read:runs"]],
    ["developer", ["read:runs", "write:errors"]],
    ["owner", PROBES],
    ["no-such-role", []],
    ["Owner", []],
    ["__proto__", []],
  ])("of %s binds the token, what is minted and what is exchanged", async (maxRole, inProduction) => {
    const own = await world.insert.pat(world.bob.id, { maxRole });
    expect(await may(own.token, "prod")).toEqual(inProduction);
    const uat = await world.mint(world.bob, own);
    expect(await may(uat.token, "prod")).toEqual(inProduction);
    const act = { sub: world.bob.id, pat: own.id, client: "ci", uat: uat.id };
    const jwt = await world.exchange({ environmentId: world.prod.id, scopes: ["admin"], act });
    const answer = await world.rbac.authenticateBearer(jwt, { target: { kind: "credential" } });
    expect(answer.ok && PROBES.filter((scope) => answer.authentication.ability.can([scope]))).toEqual(inProduction);
  });

  it("never adds to the person's own role", async () => {
    await world.setRole(world.bob.id, "viewer");
    expect(await may(await pat("owner"), "dev")).toEqual(["read:runs"]);
  });

  it("counts where no organization is asked about", async () => {
    const tokens = async (maxRole: string | null) => {
      const { ability } = await world.ask(await pat(maxRole), { kind: "none" });
      return ["read:tokens", "write:tokens"].filter((scope) => ability.can([scope]));
    };
    expect(await tokens(null)).toEqual(["read:tokens", "write:tokens"]);
    expect(await tokens("developer")).toEqual(["read:tokens", "write:tokens"]);
    expect(await tokens("viewer")).toEqual(["read:tokens"]);
    expect(await tokens("no-such-role")).toEqual([]);
  });
});

describe("a custom role", () => {
  const create = (permissions: { scope: string; environments?: ("DEVELOPMENT" | "PRODUCTION")[] }[], name = "ops") =>
    world.change((roles, shared) =>
      roles.createRole({ ...shared, by: OPERATOR, role: { name, description: "", permissions } }),
    );
  const remove = (name = "ops") =>
    world.change((roles, shared) => roles.deleteRole({ ...shared, by: OPERATOR, name, force: true }));

  beforeEach(() => world.setRole(world.bob.id, "developer"));

  it("holds from the next request on, and so does its change and its end", async () => {
    expect(await create([{ scope: "*:runs", environments: ["PRODUCTION"] }, { scope: "read:apiKeys" }])).toMatchObject({
      ok: true,
    });
    await world.setRole(world.bob.id, "ops");
    const token = await pat();
    expect(await may(token, "prod")).toEqual(["read:runs", "write:runs", "read:apiKeys"]);
    expect(await may(token, "dev")).toEqual(["read:apiKeys"]);
    await world.change((roles, shared) =>
      roles.updateRole({ ...shared, by: OPERATOR, name: "ops", permissions: [{ scope: "read:runs" }] }),
    );
    expect(await may(token, "prod")).toEqual(["read:runs"]);
    expect(await may(token, "dev")).toEqual(["read:runs"]);
    await remove();
    expect(await may(token, "prod")).toEqual([]);
    // Nor does the name come back to life.
    expect(await create([{ scope: "admin" }])).toMatchObject({ ok: false, problem: { code: "in_use" } });
  });

  it("is one organization's alone", async () => {
    await create([{ scope: "read:runs" }], "auditor");
    await world.insert.member(world.other.id, world.ada.id);
    await world.pool.query("UPDATE organization_member SET role = 'auditor' WHERE user_id = $1", [world.eve.id]);
    const eves = (await world.insert.pat(world.eve.id)).token;
    const { ability } = await world.ask(eves, {
      kind: "environment",
      ref: world.foreignProject.ref,
      environment: "prod",
    });
    expect(ability.can(["read:runs"])).toBe(false);
    await world.pool.query("UPDATE organization_member SET role = 'owner' WHERE user_id = $1", [world.eve.id]);
    await remove("auditor");
  });

  it("can be a token's highest, and its deletion leaves the token nothing", async () => {
    await create([{ scope: "read:runs" }], "narrow");
    const token = await pat("narrow");
    expect(await may(token, "dev")).toEqual(["read:runs"]);
    await remove("narrow");
    expect(await may(token, "dev")).toEqual([]);
    // Another role of that name is another role.
    await create([{ scope: "read:runs" }], "narrow");
    expect(await may(token, "dev")).toEqual([]);
    expect(await may(await pat("narrow"), "dev")).toEqual(["read:runs"]);
    await remove("narrow");
  });
});

describe("a grant in a project", () => {
  const shared = () => ({ userId: world.bob.id, projectId: "" });
  const projectId = async () =>
    String((await world.pool.query("SELECT id FROM project WHERE external_ref = $1", [world.project.ref])).rows[0].id);
  const grant = async (role: string) => {
    const target = { ...shared(), projectId: await projectId(), role };
    return world.change((roles, change) => roles.grantProject({ ...change, by: OPERATOR, ...target }));
  };
  const revoke = async () => {
    const target = { ...shared(), projectId: await projectId() };
    return world.change((roles, change) => roles.revokeProject({ ...change, by: OPERATOR, ...target }));
  };

  it("adds to the role in that project alone, until it is taken back", async () => {
    await world.setRole(world.bob.id, "viewer");
    const token = await pat();
    expect(await grant("developer")).toMatchObject({ ok: true, value: { role: "developer" } });
    expect(await may(token, "dev")).toContain("write:runs");
    expect(await may(token, "prod")).toEqual(["read:runs", "write:errors"]);
    const { ability } = await world.ask(token, { kind: "organization", slug: world.acme.slug });
    expect(ability.can(["write:errors"])).toBe(false);
    expect(await revoke()).toMatchObject({ ok: true });
    expect(await may(token, "dev")).toEqual(["read:runs"]);
    expect(await revoke()).toMatchObject({ ok: false, problem: { code: "not_found" } });
  });

  it("is bound by the token's highest role, and never makes an owner", async () => {
    await world.setRole(world.bob.id, "viewer");
    await grant("admin");
    expect(await may(await pat("viewer"), "dev")).toEqual(["read:runs"]);
    expect(await grant("owner")).toMatchObject({ ok: false, problem: { code: "invalid" } });
    await revoke();
  });

  it("ends with the membership", async () => {
    await grant("admin");
    const { rows } = await world.pool.query("DELETE FROM organization_member WHERE user_id = $1 RETURNING *", [
      world.bob.id,
    ]);
    await world.insert.member(world.acme.id, world.bob.id, rows[0].since);
    await world.setRole(world.bob.id, "viewer");
    expect(await may(await pat(), "dev")).toEqual(["read:runs"]);
  });
});
