import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RbacPluginError } from "./plugin-loader.js";
import { createPluginFolder, PASS, type PluginFolder } from "./test-world/plugin-folder.js";
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

const project = () => ({ target: { kind: "project", ref: world.project.ref } }) as const;

describe("a plugin", () => {
  it.each([
    ["an absolute path", (file: string) => file],
    ["a relative path", (file: string) => `./${path.basename(file)}`],
    ["a bare file name", (file: string) => path.basename(file)],
    ["a file URL", (file: string) => pathToFileURL(file).href],
  ])("is found by %s", async (_what, specifier) => {
    const rbac = await plugins.start(specifier(await plugins.pluginThat(PASS)));
    expect(rbac.name).toBe("test");
    const { value, statements } = await world.counting(() =>
      rbac.authenticatePersonalAccessToken(pat.token, project()),
    );
    expect(statements).toBe(1);
    expect(value).toMatchObject({ ok: true, authentication: { place: { project: { ref: world.project.ref } } } });
    expect(await rbac.authenticateBearer(world.prod.apiKey, { target: { kind: "credential" } })).toMatchObject({
      ok: true,
    });
    await rbac.close();
  });

  it.each([
    ["for everybody", { type: "module", exports: "./index.js" }],
    [
      "for import alone",
      { type: "module", exports: { ".": { types: "./none.d.ts", import: { default: "./index.js" } } } },
    ],
    ["by main", { main: "index.js" }],
  ])("is found by a package's name, exported %s", async (_what, manifest) => {
    const name = `@acme/${"main" in manifest ? "main" : typeof manifest.exports}`;
    await plugins.write(JSON.stringify({ name, ...manifest }), `node_modules/${name}/package.json`);
    const esm = "type" in manifest;
    const methods = ["PersonalAccessToken", "UserActor", "Session", "Bearer"].map((kind) => `authenticate${kind}() {}`);
    const plugin = `{ create: async () => ({ name: "packaged", ${methods.join(", ")} }) }`;
    const source = esm ? `export default ${plugin}` : `exports.default = ${plugin}`;
    await plugins.write(source, `node_modules/${name}/index.js`);
    expect((await plugins.start(name)).name).toBe("packaged");
  });

  it.each([
    ["a package that is not there", async () => "@acme/none", /"@acme\/none", which could not be loaded/],
    ["a file that is not there", async () => "./none.mjs", /could not be loaded/],
    ["a file with a syntax error", () => plugins.write("export default {"), /could not be loaded/],
    ["a module that throws", () => plugins.write("throw new Error('boom')"), /could not be loaded: boom/],
    [
      "a module without a default",
      () => plugins.write("export const create = () => ({})"),
      /no default export of the form/,
    ],
    [
      "a default that cannot create",
      () => plugins.write("export default { create: 1 }"),
      /no default export of the form/,
    ],
    [
      "a create that throws",
      () => plugins.write("export default { create() { throw new Error('no licence') } }"),
      /failed to start: no licence/,
    ],
    ["a create that answers nothing", () => plugins.write("export default { create() {} }"), /created no controller/],
    [
      "a controller that is incomplete",
      () => plugins.write("export default { create: () => ({ name: 'x', authenticateBearer() {} }) }"),
      /without authenticatePersonalAccessToken, authenticateUserActor, authenticateSession/,
    ],
  ])("that is %s stops the start with a sentence", async (_what, specifier, sentence) => {
    const starting = plugins.start(await specifier());
    await expect(starting).rejects.toThrow(sentence);
    await expect(starting).rejects.toBeInstanceOf(RbacPluginError);
    await expect(starting).rejects.toThrow(/^RBAC_PLUGIN names ".*"/);
  });

  it("can be the documented example: production is read-only for everybody but owners", async () => {
    const example = new URL("../../../docs/examples/production-read-only-plugin.mjs", import.meta.url);
    const rbac = await plugins.start(example.href);
    const may = async (token: string, environment: "prod" | "staging", scope: string) => {
      const target = { kind: "environment", ref: world.project.ref, environment } as const;
      const { value, statements } = await world.counting(() => rbac.authenticatePersonalAccessToken(token, { target }));
      if (!value.ok) throw new Error(value.reason);
      return { may: value.authentication.ability.can([scope]), statements };
    };
    await world.pool.query("UPDATE organization_member SET role = 'developer' WHERE user_id = $1", [world.bob.id]);
    const bobs = await world.insert.pat(world.bob.id);
    expect(await may(pat.token, "prod", "write:runs")).toEqual({ may: true, statements: 1 });
    expect(await may(bobs.token, "prod", "write:runs")).toEqual({ may: false, statements: 1 });
    expect(await may(bobs.token, "prod", "read:runs")).toEqual({ may: true, statements: 1 });
    expect(await may(bobs.token, "staging", "write:runs")).toEqual({ may: true, statements: 1 });
    await rbac.close();
  });
});
