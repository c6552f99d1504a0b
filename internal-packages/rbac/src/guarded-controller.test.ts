import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RbacUnavailableError } from "./rbac-unavailable-error.js";
import { createPluginFolder, PASS, type PluginFolder } from "./test-world/plugin-folder.js";
import { createWorld, type World } from "./test-world/world.js";

let world: World;
let plugins: PluginFolder;
let pat: { id: string; token: string };
let bobs: { id: string; token: string };
beforeAll(async () => {
  world = await createWorld();
  plugins = await createPluginFolder(world);
  pat = await world.insert.pat(world.ada.id);
  bobs = await world.insert.pat(world.bob.id);
});
afterAll(async () => {
  await plugins.remove();
  await world.stop();
});

const NONE = { target: { kind: "none" } } as const;
const project = () => ({ target: { kind: "project", ref: world.project.ref } }) as const;

describe("a plugin", () => {
  const FOUND = "const { evidence } = await c.personalAccessToken(token, request);";
  const yes = (authentication: string) => `${FOUND} return { ok: true, authentication: ${authentication} };`;

  it("asks the database one statement at a time, with values", async () => {
    const rbac = await plugins.start(
      await plugins.pluginThat(`
        const [row] = await query("SELECT $1::text AS role", ["viewer"]);
        const multiple = await query("SELECT 1; SELECT 2").then(() => "taken", () => "refused");
        const found = await able(await c.personalAccessToken(token, request));
        return { ...found, authentication: { ...found.authentication, role: [row.role, multiple] } };`),
    );
    const result = await rbac.authenticatePersonalAccessToken(pat.token, NONE);
    expect(result).toMatchObject({ ok: true, authentication: { role: ["viewer", "refused"] } });
  });

  it.each([
    ["throws", "throw new Error('boom');"],
    ["throws what is no error", "throw undefined;"],
    ["answers nothing", ""],
    ["answers a string", "return 'yes';"],
    ["answers yes with a number", "return { ok: 1, authentication: {} };"],
    ["refuses without a reason", "return { ok: false };"],
    ["accepts without an authentication", `${FOUND} return { ok: true };`],
    ["accepts without an ability", yes("evidence")],
    ["accepts with half an ability", yes("{ ...evidence, ability: { caps: [], can: () => true } }")],
    ["accepts another person", yes("{ ...evidence, ability: unrestricted, user: { ...evidence.user, id: 'user_x' } }")],
    ["accepts nobody", yes("{ ...evidence, ability: unrestricted, user: null }")],
    [
      "accepts another credential",
      yes("{ ...evidence, ability: unrestricted, credential: { kind: 'pat', id: 'pat_x' } }"),
    ],
    [
      "accepts another kind of credential",
      yes("{ ...evidence, ability: unrestricted, credential: { ...evidence.credential, kind: 'session' } }"),
    ],
    ["forgets the place", yes("{ ...evidence, ability: unrestricted, place: null }")],
    [
      "accepts another place",
      yes("{ ...evidence, ability: unrestricted, place: { ...evidence.place, project: { id: 'proj_x' } } }"),
    ],
    ["invents that nothing is missing", yes("{ ...evidence, ability: unrestricted, missing: undefined }")],
    [
      "accepts what the host was not asked about",
      "return { ok: true, authentication: { user: { id: 'user_x' }, credential: { kind: 'pat', id: 'x' }, caps: [], place: null, missing: null, role: null, ability: unrestricted } };",
    ],
    ["accepts for another target", "return able(await c.personalAccessToken(token, { target: { kind: 'none' } }));"],
  ])("that %s lets nobody in", async (_what, body) => {
    const rbac = await plugins.start(await plugins.pluginThat(body));
    const asking = rbac.authenticatePersonalAccessToken(pat.token, project());
    await expect(asking).rejects.toBeInstanceOf(RbacUnavailableError);
    await expect(asking).rejects.toMatchObject({ code: "rbac_unavailable", plugin: "test" });
    await expect(asking).rejects.not.toThrow(pat.token);
  });

  it("cannot bend what it is asked about, and may ask for it in words of its own", async () => {
    const rbac = await plugins.start(
      await plugins.pluginThat(`
        Reflect.set(request, "target", { kind: "none" });
        Reflect.set(request.target, "ref", "proj_x");
        return able(await c.personalAccessToken(token, { target: { ...request.target } }));`),
    );
    const asked = project();
    const answer = await rbac.authenticatePersonalAccessToken(pat.token, asked);
    expect(answer).toMatchObject({ ok: true, authentication: { place: { project: { id: world.project.id } } } });
    expect(asked).toEqual(project());
  });

  it("that accepts what the host refused lets nobody in", async () => {
    const rbac = await plugins.start(
      await plugins.pluginThat(`
        await c.personalAccessToken(token, request);
        const { evidence } = await c.personalAccessToken(${JSON.stringify(bobs.token)}, request);
        return { ok: true, authentication: { ...evidence, ability: unrestricted } };`),
    );
    await expect(rbac.authenticatePersonalAccessToken("tr_pat_x", NONE)).rejects.toBeInstanceOf(RbacUnavailableError);
  });

  it.each([
    ["an ability in environments that is none", "{ ...evidence, ability: unrestricted, abilityIn: () => 1 }"],
    ["an ability in environments that throws", "{ ...evidence, ability: unrestricted, abilityIn() { throw 1 } }"],
  ])("that answers %s is found out when it is asked", async (_what, authentication) => {
    const rbac = await plugins.start(await plugins.pluginThat(yes(authentication)));
    const answer = await rbac.authenticatePersonalAccessToken(pat.token, project());
    expect(() => answer.ok && answer.authentication.abilityIn("PRODUCTION")).toThrow(RbacUnavailableError);
  });

  it.each([
    ["says nothing of environments", "{ ...evidence, ability: unrestricted }"],
    ["has caps that are no lists", "{ ...evidence, ability: { ...unrestricted, caps: ['admin'] }, abilityIn() {} }"],
    [
      "has caps of other things than scopes",
      "{ ...evidence, ability: { ...unrestricted, caps: [[1]] }, abilityIn() {} }",
    ],
  ])("that %s lets nobody in", async (_what, authentication) => {
    const rbac = await plugins.start(await plugins.pluginThat(yes(authentication)));
    const asking = rbac.authenticatePersonalAccessToken(pat.token, project());
    await expect(asking).rejects.toBeInstanceOf(RbacUnavailableError);
  });

  it("cannot widen a token's cap, whatever its abilities say", async () => {
    const rbac = await plugins.start(await plugins.pluginThat(PASS));
    const { token } = await world.mint(world.ada, pat, { cap: ["read:runs"] });
    const answer = await rbac.authenticateUserActor(token, project());
    if (!answer.ok) throw new Error(answer.reason);
    const { ability, abilityIn, caps } = answer.authentication;
    expect(caps).toEqual([["read:runs"]]);
    for (const one of [ability, abilityIn("PRODUCTION")]) {
      expect([one.can(["read:runs"]), one.can(["write:runs"]), one.can(["admin"])]).toEqual([true, false, false]);
      expect(one.grant(["admin"])).toEqual({ granted: ["read:runs"], denied: ["admin"] });
      expect(one.grant(undefined).granted).toEqual(["read:runs"]);
    }
  });

  it("cannot widen a token's cap by changing the evidence or its answer to it", async () => {
    const bend = "try { evidence.caps.length = 0 } catch {} try { evidence.credential.maxRole = null } catch {}";
    const own =
      "{ ...evidence, caps: [], credential: { ...evidence.credential, maxRole: null }, ability: unrestricted, abilityIn: () => unrestricted }";
    const rbac = await plugins.start(
      await plugins.pluginThat(`${FOUND} ${bend} return { ok: true, authentication: ${own} };`),
    );
    const held = await world.insert.pat(world.ada.id, { maxRole: "viewer" });
    const answer = await rbac.authenticatePersonalAccessToken(held.token, project());
    expect(answer).toMatchObject({ ok: true, authentication: { credential: { maxRole: "viewer" } } });
  });

  it.each([
    ["throws", "{ caps: [], can() { throw new Error('boom') }, grant() { throw new Error('boom') } }"],
    ["answers nonsense", "{ caps: [], can: () => 'yes', grant: () => ({ granted: 'all' }) }"],
  ])("whose ability %s allows nothing", async (_what, ability) => {
    const rbac = await plugins.start(
      await plugins.pluginThat(yes(`{ ...evidence, ability: ${ability}, abilityIn() {} }`)),
    );
    const answer = await rbac.authenticatePersonalAccessToken(pat.token, project());
    if (!answer.ok) throw new Error(answer.reason);
    const attempt = (ask: () => unknown) => {
      try {
        return ask();
      } catch (error) {
        return error instanceof RbacUnavailableError ? false : error;
      }
    };
    expect(attempt(() => answer.authentication.ability.can(["read:runs"]))).toBe(false);
    expect(attempt(() => answer.authentication.ability.grant(["read:runs"]))).toBe(false);
  });

  it("that hangs is given up after two seconds", async () => {
    const rbac = await plugins.start(await plugins.pluginThat("return new Promise(() => {});"));
    const before = performance.now();
    await expect(rbac.authenticatePersonalAccessToken(pat.token, NONE)).rejects.toMatchObject({
      name: "RbacUnavailableError",
      cause: { message: "no answer within 2000 ms" },
    });
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  it("that refuses is believed", async () => {
    const rbac = await plugins.start(await plugins.pluginThat("return { ok: false, reason: 'refused_by_plugin' };"));
    expect(await rbac.authenticatePersonalAccessToken(pat.token, NONE)).toEqual({
      ok: false,
      reason: "refused_by_plugin",
    });
  });

  it("is held against the host's own evidence when many ask at once", async () => {
    const rbac = await plugins.start(await plugins.pluginThat(PASS));
    const requests = Array.from({ length: 60 }, (_request, index) => ({
      token: index % 2 === 0 ? pat.token : bobs.token,
      request: index % 3 === 0 ? NONE : project(),
      user: index % 2 === 0 ? world.ada.id : world.bob.id,
    }));
    const answers = await Promise.all(
      requests.map(({ token, request }) => rbac.authenticatePersonalAccessToken(token, request)),
    );
    for (const [index, answer] of answers.entries()) {
      expect(answer).toMatchObject({ ok: true, authentication: { user: { id: requests[index]?.user } } });
    }
  });
});
