import { startApp, type TestApp } from "@trigger.dev/testing";
import { expect } from "vitest";
import { expectGeneric401 } from "./generic-401.js";
import { startWorld, type Tenant, type World } from "./world.js";

export const MINT = "/api/v1/auth/user-actor-token";

/** Everything that one person's token leads to. */
export interface Derived {
  pat: string;
  uat: string;
  uatId: string;
  ofPat: string;
  ofUat: string;
  ref: string;
}

/** A request that a live token may make: method, path, token. */
export type Probe = readonly [string, string, string];

export const person = (token: string): Probe => ["GET", "/api/v2/whoami", token];
export const environment = (token: string): Probe => ["GET", "/api/v1/runs", token];
export const all = ({ pat, uat, ofPat, ofUat }: Derived): Probe[] => [
  person(pat),
  person(uat),
  environment(ofPat),
  environment(ofUat),
];

/** Two server processes over one database. */
export interface Pair {
  world: World;
  second: TestApp;
  apps: readonly [TestApp, TestApp];
  derive(tenant: Pick<Tenant, "pat" | "ref">): Promise<Derived>;
  expectAlive(probes: readonly Probe[]): Promise<void>;
  /** Dead on both processes, at the very next request, and for everything that could be made from it. */
  expectDead(probes: readonly Probe[], ref?: string): Promise<void>;
  newPat(email: string, ...more: string[]): Promise<{ token: string; tokenId: string }>;
  /** Another personal access token of the owner's, so that the rest of the world outlives what is done to it. */
  newRoot(): Promise<Tenant>;
  stop(): Promise<void>;
}

export async function startPair(env: Record<string, string> = {}): Promise<Pair> {
  const world = await startWorld({ env });
  const { dataDir, databaseUrl } = world.app;
  const second = await startApp({ dataDir, databaseUrl, env: { RATE_LIMITS: "off", ...env } });
  const apps = [world.app, second] as const;
  const newPat: Pair["newPat"] = (email, ...more) =>
    world.app.admin("pat", "create", "--email", email, "--name", "t", ...more);
  return {
    ...{ world, second, apps, newPat },
    async derive({ pat, ref }) {
      const { token: uat, id: uatId } = await world.mint({}, pat);
      const exchange = async (as: string) =>
        (await world.ok<{ token: string }>("POST", `/api/v1/projects/${ref}/dev/jwt`, { as, body: {} })).token;
      return { pat, ref, uat, uatId, ofPat: await exchange(pat), ofUat: await exchange(uat) };
    },
    async expectAlive(probes) {
      for (const app of apps) {
        for (const [method, path, as] of probes) expect((await app.api(method, path, { as })).status).toBe(200);
      }
    },
    async expectDead(probes, ref = world.owner.ref) {
      for (const app of apps) {
        for (const [method, path, as] of probes) {
          expectGeneric401(await app.api(method, path, { as }));
          expectGeneric401(await app.api("POST", MINT, { as, body: {} }));
          expectGeneric401(await app.api("POST", `/api/v1/projects/${ref}/dev/jwt`, { as, body: {} }));
          expectGeneric401(await app.api("POST", "/api/v1/tasks/x/trigger", { as, body: {} }));
        }
      }
    },
    async newRoot() {
      const { token: pat, tokenId: patId } = await newPat(world.owner.email);
      return { ...world.owner, pat, patId };
    },
    async stop() {
      await second.stop();
      await world.stop();
    },
  };
}
