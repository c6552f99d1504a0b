import type { RoleEditor, RolePermission } from "@trigger.dev/plugins/rbac";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createRolesWorld, OPERATOR, type RolesWorld } from "./roles-world.js";

let world: RolesWorld;
let bobs: { id: string; token: string };
beforeAll(async () => {
  world = await createRolesWorld();
  bobs = await world.insert.pat(world.bob.id);
});
afterAll(() => world?.stop());
beforeEach(async () => {
  await world.pool.query("DELETE FROM rbac_roles.custom_role");
  await world.setRole(world.bob.id, "admin");
});

const create = (by: RoleEditor, name: string, permissions: RolePermission[], description = "") =>
  world.change((roles, shared) => roles.createRole({ ...shared, by, role: { name, description, permissions } }));
const problemOf = (answer: { ok: boolean; problem?: { code: string; scopes?: readonly string[] | undefined } }) =>
  answer.ok ? null : answer.problem?.code;

describe("a new role", () => {
  it.each([
    ["owner", "name_taken"],
    ["viewer", "name_taken"],
    ["Owner", "invalid"],
    ["OWNER", "invalid"],
    ["owner ", "invalid"],
    ["оwner", "invalid"],
    ["ｏｗｎｅｒ", "invalid"],
    ["own\u200ber", "invalid"],
    ["owner\0", "invalid"],
    ["ovvner", "invalid"],
    ["0wner", "invalid"],
    ["own-er", "invalid"],
    ["adm1n", "invalid"],
    ["admln", "invalid"],
    ["adrnin", "invalid"],
    ["dev_eloper", "invalid"],
    ["v1ewer", "invalid"],
    ["__proto__", "invalid"],
    ["", "invalid"],
    ["x".repeat(64), "invalid"],
    ["constructor", null],
    ["hasownproperty", null],
    ["on-call", null],
  ])("can%s be called %j: %s", async (name, problem) => {
    expect(problemOf(await create(OPERATOR, name, [{ scope: "read:runs" }]))).toBe(problem);
  });

  it.each<[string, RolePermission[], string]>([
    ["an unknown type", [{ scope: "read:secrets" }], "permissions[0].scope"],
    ["__proto__", [{ scope: "read:runs" }, { scope: "read:__proto__" }], "permissions[1].scope"],
    ["look-alikes", [{ scope: "rеad:runs" }], "permissions[0].scope"],
    ["no environment at all", [{ scope: "read:runs", environments: [] }], "permissions[0].environments"],
    ["too many", Array.from({ length: 65 }, () => ({ scope: "read:runs" })), "permissions"],
  ])("does not take %s for permissions", async (_what, permissions, param) => {
    expect(await create(OPERATOR, "ops", permissions)).toMatchObject({
      ok: false,
      problem: { code: "invalid", param },
    });
  });

  it("is listed after the system's, and its name is taken from then on", async () => {
    await create(OPERATOR, "zebra", [
      { scope: "read:runs", environments: ["PRODUCTION", "DEVELOPMENT", "PRODUCTION"] },
    ]);
    await create(OPERATOR, "ant", [], "  small  ");
    expect(problemOf(await create(OPERATOR, "ant", []))).toBe("name_taken");
    const organizationId = world.acme.id;
    const listed = await world.roles.listRoles({
      organizationId,
      query: async (text, values = []) => (await world.pool.query(text, [...values])).rows,
    });
    expect(listed.map(({ name, kind }) => [name, kind])).toEqual([
      ["owner", "system"],
      ["admin", "system"],
      ["developer", "system"],
      ["viewer", "system"],
      ["ant", "custom"],
      ["zebra", "custom"],
    ]);
    expect(listed[4]?.description).toBe("small");
    expect(listed[5]?.permissions).toEqual([{ scope: "read:runs", environments: ["DEVELOPMENT", "PRODUCTION"] }]);
  });

  it("is one too many after a hundred", async () => {
    for (let number = 0; number < 100; number++) await create(OPERATOR, `role${number}`, []);
    expect(problemOf(await create(OPERATOR, "another", []))).toBe("too_many");
  });
});

describe("nobody gives away what they do not hold:", () => {
  it("an admin makes no role of an owner's, and says what is lacking", async () => {
    const by = await world.editor(bobs.token);
    expect(await create(by, "tsar", [{ scope: "admin" }])).toMatchObject({
      problem: { code: "exceeds_own", scopes: ["admin"] },
    });
    expect(
      await create(by, "tsar", [{ scope: "read:runs" }, { scope: "admin", environments: ["DEVELOPMENT"] }]),
    ).toMatchObject({
      problem: { code: "exceeds_own" },
    });
    expect(await create(by, "ops", [{ scope: "*:all" }, { scope: "*:apiKeys" }])).toMatchObject({ ok: true });
  });

  it("a role with conditions gives its conditions alone", async () => {
    await create(OPERATOR, "lead", [{ scope: "write:roles" }, { scope: "*:runs", environments: ["DEVELOPMENT"] }]);
    await world.setRole(world.bob.id, "lead");
    const by = await world.editor(bobs.token);
    expect(await create(by, "a", [{ scope: "*:runs" }])).toMatchObject({ problem: { code: "exceeds_own" } });
    expect(await create(by, "a", [{ scope: "*:runs", environments: ["DEVELOPMENT", "PRODUCTION"] }])).toMatchObject({
      problem: { code: "exceeds_own" },
    });
    expect(await create(by, "a", [{ scope: "trigger:runs", environments: ["DEVELOPMENT"] }])).toMatchObject({
      ok: true,
    });
  });

  it("a token gives no more than its cap and its highest role", async () => {
    await world.setRole(world.bob.id, "owner");
    const capped = await world.mint(world.bob, bobs, { cap: ["write:roles", "read:runs"] });
    const held = (await world.insert.pat(world.bob.id, { maxRole: "admin" })).token;
    expect(problemOf(await create(await world.editor(capped.token), "a", [{ scope: "read:tasks" }]))).toBe(
      "exceeds_own",
    );
    expect(problemOf(await create(await world.editor(capped.token), "a", [{ scope: "read:runs" }]))).toBe(null);
    expect(problemOf(await create(await world.editor(held), "b", [{ scope: "admin" }]))).toBe("exceeds_own");
    expect(problemOf(await create(await world.editor(bobs.token), "b", [{ scope: "admin" }]))).toBe(null);
  });

  it("a role that holds more is neither widened nor narrowed nor deleted", async () => {
    await create(OPERATOR, "tsar", [{ scope: "admin" }]);
    const by = await world.editor(bobs.token);
    const name = "tsar";
    for (const answer of [
      await world.change((roles, shared) => roles.updateRole({ ...shared, by, name, permissions: [] })),
      await world.change((roles, shared) => roles.updateRole({ ...shared, by, name, description: "mine" })),
      await world.change((roles, shared) => roles.deleteRole({ ...shared, by, name })),
    ])
      expect(problemOf(answer)).toBe("exceeds_own");
  });

  it("neither does who was demoted between coming in and changing", async () => {
    const by = await world.editor(bobs.token);
    await world.setRole(world.bob.id, "viewer");
    expect(problemOf(await create(by, "ops", [{ scope: "write:runs" }]))).toBe("exceeds_own");
    await world.pool.query("DELETE FROM organization_member WHERE user_id = $1", [world.bob.id]);
    expect(problemOf(await create(by, "ops", [{ scope: "read:runs" }]))).toBe("exceeds_own");
    await world.insert.member(world.acme.id, world.bob.id);
  });
});

describe("a system role", () => {
  it("is neither changed nor deleted, not even by the operator", async () => {
    for (const name of ["owner", "admin", "developer", "viewer"]) {
      const shared = { by: OPERATOR, name };
      expect(
        problemOf(await world.change((roles, tx) => roles.updateRole({ ...tx, ...shared, permissions: [] }))),
      ).toBe("system_role");
      expect(problemOf(await world.change((roles, tx) => roles.deleteRole({ ...tx, ...shared, force: true })))).toBe(
        "system_role",
      );
    }
  });
});

describe("a membership", () => {
  const check = (by: RoleEditor, from: string | null, to: string | null, userId = world.eve.id) =>
    world.change((roles, shared) => roles.checkMembership({ ...shared, by, userId, from, to })).then(problemOf);

  it("is given and taken by those who hold its role", async () => {
    const by = await world.editor(bobs.token);
    expect(await check(by, null, "developer")).toBe(null);
    expect(await check(by, "developer", "admin")).toBe(null);
    expect(await check(by, "admin", "owner")).toBe("exceeds_own");
    expect(await check(by, "owner", "admin", world.ada.id)).toBe("exceeds_own");
    expect(await check(by, "owner", null, world.ada.id)).toBe("exceeds_own");
    expect(await check(by, "gone-role", "viewer")).toBe(null);
    for (const name of ["Owner", "ghost", "__proto__", "viewer\0"])
      expect(await check(by, null, name)).toBe("not_found");
  });

  it("can be left by anybody but the last owner", async () => {
    await world.setRole(world.bob.id, "viewer");
    expect(await check(await world.editor(bobs.token), "viewer", null, world.bob.id)).toBe(null);
    const adas = (await world.insert.pat(world.ada.id)).token;
    expect(await check(await world.editor(adas), "owner", null, world.ada.id)).toBe("last_owner");
    expect(await check(OPERATOR, "owner", "admin", world.ada.id)).toBe("last_owner");
    await world.setRole(world.bob.id, "owner");
    expect(await check(await world.editor(adas), "owner", null, world.ada.id)).toBe(null);
  });
});

describe("a deletion", () => {
  it("says who has the role unless it is forced", async () => {
    await create(OPERATOR, "ops", [{ scope: "read:runs" }]);
    await world.setRole(world.bob.id, "ops");
    const remove = (force: boolean) =>
      world.change((roles, shared) => roles.deleteRole({ ...shared, by: OPERATOR, name: "ops", force }));
    expect(await remove(false)).toMatchObject({
      problem: { code: "in_use", message: expect.stringContaining("members: 1") },
    });
    expect(await remove(true)).toMatchObject({ ok: true, value: { name: "ops" } });
    expect(problemOf(await remove(true))).toBe("not_found");
  });
});

const WAITING = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";

describe("a token's highest role", () => {
  it("is a system role, or one of an organization of the person's", async () => {
    await create(OPERATOR, "ops", []);
    const query = async (text: string, values: readonly unknown[] = []) =>
      (await world.pool.query(text, [...values])).rows;
    const check = async (userId: string, role: string) =>
      problemOf(await world.roles.checkTokenRole({ userId, role, query }));
    expect(await check(world.bob.id, "viewer")).toBe(null);
    expect(await check(world.bob.id, "ops")).toBe(null);
    expect(await check(world.eve.id, "ops")).toBe("not_found");
    for (const role of ["Viewer", "__proto__", "viewer\0", ""])
      expect(await check(world.bob.id, role)).toBe("not_found");
  });

  it("is nothing where the role goes while the token is made, and fails nobody", async () => {
    await create(OPERATOR, "brief", []);
    const { pool } = world;
    const deleting = await pool.connect();
    await deleting.query("BEGIN");
    await deleting.query("DELETE FROM rbac_roles.custom_role WHERE name = 'brief'");
    const making = world.insert.pat(world.bob.id, { maxRole: "brief" });
    await expect.poll(async () => (await pool.query(WAITING)).rowCount).toBeGreaterThan(0);
    await deleting.query("COMMIT");
    deleting.release();
    const { id } = await making;
    expect((await pool.query("SELECT 1 FROM rbac_roles.token_role WHERE pat_id = $1", [id])).rowCount).toBe(0);
  });
});

describe("what a role can be made of", () => {
  it("is offered in groups, each permission once, each with a sentence", () => {
    const items = world.roles.listPermissions().flatMap(({ permissions }) => permissions);
    expect(new Set(items.map(({ scope }) => scope)).size).toBe(items.length);
    for (const { description } of items) expect(description).toMatch(/^[A-Z].*\.$/);
  });

  it("and every preset, makes a role", async () => {
    for (const { scope } of world.roles.listPermissions().flatMap(({ permissions }) => permissions))
      expect(
        await create(OPERATOR, "probe", [{ scope }])
          .then(problemOf)
          .finally(() => world.pool.query("DELETE FROM rbac_roles.custom_role")),
      ).toBe(null);
    for (const { name, description, permissions } of world.roles.listPresets())
      expect(problemOf(await create(OPERATOR, name, [...permissions], description))).toBe(null);
  });
});
