import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createRbac } from "../controller.js";
import { silent, type World } from "./world.js";

/** A folder of plugins to write and start, each with a module of its own. */
export const createPluginFolder = async (world: World) => {
  const folder = await mkdtemp(path.join(tmpdir(), "rbac-"));
  let modules = 0;

  const write = async (source: string, name = `plugin-${(modules += 1)}.mjs`): Promise<string> => {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, source);
    return file;
  };

  return {
    /** Writes a module and answers its path. */
    write,
    /** A plugin whose way to answer for a PAT is `body`; `c` are the host's credentials. */
    pluginThat: (body: string): Promise<string> =>
      write(`
        const unrestricted = { caps: [], can: () => true, grant: () => ({ granted: ["admin"], denied: [] }) };
        const able = (found) => (found.ok ? { ok: true, authentication: { ...found.evidence, ability: unrestricted, abilityIn: () => unrestricted } } : found);
        export default {
          create: ({ credentials: c, query }) => ({
            name: "test",
            authenticatePersonalAccessToken: async (token, request) => { ${body} },
            authenticateUserActor: async (token, request) => able(await c.userActor(token, request)),
            authenticateSession: async (token, request) => able(await c.session(token, request)),
            authenticateBearer: async (token, request) => able(await c.bearer(token, request)),
          }),
        };`),
    start: (plugin?: string) => {
      const { pool, secrets, encryption } = world;
      return createRbac({ pool, secrets, encryption, log: silent, plugin, cwd: folder });
    },
    remove: () => rm(folder, { recursive: true }),
  };
};

export type PluginFolder = Awaited<ReturnType<typeof createPluginFolder>>;

/** What a plugin does that gives everybody every right. */
export const PASS = "return able(await c.personalAccessToken(token, request));";
