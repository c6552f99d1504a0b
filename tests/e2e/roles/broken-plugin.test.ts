import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signIn } from "../support/session.js";
import { fingerprint } from "../support/state.js";
import { startWorld, type World } from "../support/world.js";

/** A plugin that does for every kind of credential what the file beside it says. */
const PLUGIN = `
import { readFileSync } from "node:fs";
const open = { caps: [], can: () => true, grant: (asked) => ({ granted: asked ?? ["admin"], denied: [] }) };
const yes = ({ evidence }, ability = open) => ({ ok: true, authentication: { ...evidence, ability, abilityIn: () => ability } });
const WAYS = {
  works: (found) => (found.ok ? yes(found) : found),
  throws: (found, token) => { throw new Error("no entry for " + token); },
  "throws what is no error": (found, token) => { throw { token }; },
  hangs: () => new Promise(() => {}),
  "answers nothing": () => undefined,
  "answers a word": () => "yes",
  "lets another person in": (found) => yes({ evidence: { ...found.evidence, user: { id: "user_x" }, credential: { kind: "pat", id: "pat_x" } } }),
  "answers no ability": (found) => yes(found, "everything"),
  "answers an ability that throws": (found, token) => yes(found, { ...open, can() { throw new Error(token); }, grant() { throw new Error(token); } }),
};
const way = (found, token) => WAYS[readFileSync(new URL("./way", import.meta.url), "utf8")](found, token);
export default {
  create: ({ credentials: c }) => ({
    name: "broken",
    authenticatePersonalAccessToken: async (token, request) => way(await c.personalAccessToken(token, request), token),
    authenticateUserActor: async (token, request) => way(await c.userActor(token, request), token),
    authenticateSession: async (secret, request) => way(await c.session(secret, request), secret),
    authenticateBearer: async (token, request) => way(await c.bearer(token, request), token),
  }),
};`;

let folder: string;
let world: World;
let cookie: string;
let secrets: string[];
/** A request with each kind of credential that would change something: what it is called, path, credential. */
let changes: [string, string, string][];

const behave = (way: string) => writeFile(join(folder, "way"), way);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "broken-plugin-"));
  const plugin = join(folder, "plugin.mjs");
  await writeFile(plugin, PLUGIN);
  await behave("works");
  world = await startWorld({ env: { RBAC_PLUGIN: plugin } });
  const { owner, mint, exchange, app } = world;
  const uat = (await mint()).token;
  const jwt = (await exchange("dev")).token;
  const { apiKey } = owner.environments.dev;
  cookie = await signIn(app, app.bootstrap.signInUrl);
  secrets = [owner.pat, uat, jwt, apiKey, cookie.slice(cookie.indexOf("=") + 1)];
  changes = [
    ["a personal access token", `/api/v1/projects/${owner.ref}/dev/jwt`, owner.pat],
    ["a user-actor token", `/api/v1/projects/${owner.ref}/dev/jwt`, uat],
    ["an environment's key", "/api/v1/tasks/hello/trigger", apiKey],
    ["an environment JWT", "/api/v1/tasks/hello/trigger", jwt],
  ];
});

afterAll(async () => {
  await world?.stop();
  await rm(folder, { recursive: true });
});

describe.each([
  "throws",
  "throws what is no error",
  "hangs",
  "answers nothing",
  "answers a word",
  "lets another person in",
  "answers no ability",
  "answers an ability that throws",
])("a plugin that %s", (way) => {
  it("lets nobody in by any credential: 503 in time, a line in the log, and nothing done", async () => {
    const { app, pool, owner } = world;
    const before = await fingerprint(pool);
    await behave(way);
    try {
      const startedAt = performance.now();
      const [page, ...answers] = await Promise.all([
        fetch(`${app.origin}/orgs/${owner.org}/members`, { headers: { cookie }, redirect: "manual" }),
        ...changes.map(([, path, as]) => app.api("POST", path, { as, body: {} })),
      ]);
      expect(performance.now() - startedAt).toBeLessThan(4_000);
      for (const [index, { status, body, headers }] of answers.entries()) {
        const requestId = headers.get("x-request-id");
        expect([status, body["code"], body["requestId"]], changes[index]?.[0]).toEqual([503, "unavailable", requestId]);
        expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
        const line = app
          .log()
          .split("\n")
          .find((text) => text.includes(`"${requestId}"`) && text.includes("broken"));
        expect(line, changes[index]?.[0]).toContain('The RBAC plugin \\"broken\\"');
      }
      expect(page?.status).toBe(503);
    } finally {
      await behave("works");
    }
    expect(await fingerprint(pool)).toEqual(before);
    for (const secret of secrets) expect(app.log()).not.toContain(secret);
    for (const [what, path, as] of changes) {
      expect((await app.api("POST", path, { as, body: {} })).status, what).toBe(200);
    }
  });
});

describe("a plugin that cannot serve", () => {
  it.each([
    ["is not there", null, "could not be loaded"],
    ["throws as it is loaded", "throw new Error('no licence');", "could not be loaded: no licence"],
    ["exports nothing", "export const plugin = 1;", "has no default export"],
    [
      "does not start",
      "export default { create() { throw new Error('no database'); } };",
      "failed to start: no database",
    ],
    [
      "is no controller",
      "export default { create: () => ({ name: 'x' }) };",
      "created a controller without authenticate",
    ],
  ])("because it %s stops the boot with a sentence", async (name, source, sentence) => {
    const file = join(folder, `${name.replaceAll(" ", "-")}.mjs`);
    if (source !== null) await writeFile(file, source);
    const said = await startApp({ env: { RBAC_PLUGIN: file } }).then(
      async (app) => `it started, and ended with ${await app.stop()}`,
      (error: unknown) => String(error),
    );
    expect(said).toMatch(/The server ended with [1-9]/);
    expect(said).toContain(`RBAC_PLUGIN names "${file}", which ${sentence}`);
    expect(said).not.toMatch(/^\s+at .+:\d+:\d+/m);
    expect(said).not.toMatch(/^ready /m);
  });
});
