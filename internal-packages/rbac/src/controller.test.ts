import type { UserAuthResult } from "@trigger.dev/plugins/rbac";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPluginFolder, type PluginFolder } from "./test-world/plugin-folder.js";
import { createWorld, type World } from "./test-world/world.js";

let world: World;
let plugins: PluginFolder;
let pat: { id: string; token: string };
beforeAll(async () => {
  world = await createWorld();
  plugins = await createPluginFolder(world);
  pat = await world.insert.pat(world.ada.id);
});
afterAll(async () => {
  await plugins.remove();
  await world.stop();
});

const NONE = { target: { kind: "none" } } as const;
const project = () => ({ target: { kind: "project", ref: world.project.ref } }) as const;

const abilityOf = (result: UserAuthResult) => {
  if (!result.ok) throw new Error(`refused: ${result.reason}`);
  return result.authentication.ability;
};

describe("without a plugin", () => {
  it("members may do everything that their credential's caps leave", async () => {
    const rbac = await plugins.start();
    const { value, statements } = await world.counting(() =>
      rbac.authenticatePersonalAccessToken(pat.token, project()),
    );
    expect(statements).toBe(1);
    expect(abilityOf(value).can(["admin"])).toBe(true);
    const { token } = await world.mint(world.ada, pat, { cap: ["read:runs"] });
    const narrowed = abilityOf(await rbac.authenticateUserActor(token, project()));
    expect(narrowed.can(["read:runs"])).toBe(true);
    expect(narrowed.can(["write:runs"])).toBe(false);
    await rbac.close();
  });

  it("people who are no members have no place", async () => {
    const rbac = await plugins.start("");
    const { token } = await world.insert.pat(world.eve.id);
    expect(await rbac.authenticatePersonalAccessToken(token, project())).toMatchObject({
      ok: true,
      authentication: { place: null, missing: "project" },
    });
    await rbac.close();
  });

  it("the last uses are written when it closes", async () => {
    const fresh = await world.insert.pat(world.ada.id);
    const rbac = await plugins.start();
    await rbac.authenticatePersonalAccessToken(fresh.token, NONE);
    await rbac.close();
    const { rows } = await world.pool.query("SELECT last_used_at FROM personal_access_token WHERE id = $1", [fresh.id]);
    expect(rows[0]?.last_used_at).toBeInstanceOf(Date);
  });
});

describe("a highest role without a plugin", () => {
  it.each([
    ["viewer", false],
    ["admin", false],
    ["Owner", false],
    ["owner", true],
  ])("a token that is held to %s may do anything: %s, and so may what comes from it", async (maxRole, may) => {
    const { ada, insert } = world;
    const rbac = await plugins.start();
    const held = await insert.pat(ada.id, { maxRole });
    const { token: uat } = await world.mint(ada, held);
    const target = { kind: "environment", ref: world.project.ref, environment: "prod" } as const;
    const act = { sub: ada.id, pat: held.id, client: "ci" };
    const jwt = await world.exchange({ environmentId: world.prod.id, scopes: ["read:runs"], act });
    const answers = [
      await rbac.authenticatePersonalAccessToken(held.token, { target }),
      await rbac.authenticateUserActor(uat, { target }),
      await rbac.authenticateBearer(jwt, { target: { kind: "credential" } }),
    ];
    expect(answers.map((answer) => answer.ok && answer.authentication.ability.can(["read:runs"]))).toEqual([
      may,
      may,
      may,
    ]);
  });
});
