import { selfSigned } from "./self-signed.js";
import { failingWorker } from "./failing-runs.js";
import { describedRoutes, type DescribedRoute } from "./openapi.js";
import { ROUTES, type Row } from "./route-table.js";
import { signIn } from "./session.js";
import { startWorld, type World } from "./world.js";

/** A world with one credential of each kind, in the order of the columns of the table of routes. */
export interface Cast {
  world: World;
  routes: DescribedRoute[];
  /** Values for the parameters of every path. */
  params: Record<string, string>;
  live: { people: string[]; keys: string[]; jwts: string[] };
  /** What is refused everywhere that anything is asked for. */
  dead: { as?: string; headers?: Record<string, string> }[];
  /** Puts in place what a request to this row is about; answers its path's parameters. */
  prepare(row: Row): Promise<Record<string, string>>;
  /** The first credential that the route takes. */
  takerOf(name: string): string | undefined;
  pathOf(path: string, values?: Record<string, string>): string;
}

export const ROUTE_NAMES = Object.keys(ROUTES);
export const ROUTE_NAMES_WITH_BODY = ROUTE_NAMES.filter((name) => ROUTES[name]?.body !== undefined);

export function rowOf(name: string): Row {
  const row = ROUTES[name];
  if (row === undefined) throw new Error(`${name} is not in the table`);
  return row;
}

async function liveCredentials({ owner, stranger, ...world }: World): Promise<Cast["live"]> {
  const { dev, prod } = owner.environments;
  const jwt = async (scopes: string[]) => (await world.exchange("dev", { claims: { scopes } })).token;
  return {
    people: [owner.pat, (await world.mint()).token, (await world.mint({ cap: ["read:runs"] })).token, stranger.pat],
    keys: [dev.apiKey, prod.apiKey, stranger.environments.dev.apiKey],
    jwts: [await jwt(["admin"]), await jwt(["read:runs"]), selfSigned(dev, []), selfSigned(dev, ["*:all"])],
  };
}

async function deadCredentials({ app, owner, mint, exchange }: World): Promise<Cast["dead"]> {
  const { token: pat, tokenId } = await app.admin<{ token: string; tokenId: string }>(
    ...["pat", "create", "--email", owner.email, "--name", "revoked"],
  );
  const ofRevoked = await mint({}, pat);
  const revoked = await mint();
  const exchanged = await exchange("dev", {}, revoked.token);
  await app.admin("pat", "revoke", "--id", tokenId);
  await app.admin("token", "revoke", "--id", revoked.id);
  const cookie = await signIn(app, app.bootstrap.signInUrl);
  return [{ headers: { cookie } }, ...[pat, ofRevoked.token, revoked.token, exchanged.token].map((as) => ({ as }))];
}

export async function startCast(env: Record<string, string> = {}): Promise<Cast> {
  const world = await startWorld({ env });
  const { app, owner } = world;
  const live = await liveCredentials(world);
  const worker = await failingWorker(app.origin, { ref: owner.ref, apiKey: owner.environments.dev.apiKey });
  const errorId = await worker.errorOf();
  const queued = { as: live.keys[0], body: { options: { queue: { name: "matrix" } } } };
  const run = await world.ok<{ id: string }>("POST", "/api/v1/tasks/hello/trigger", queued);
  const batch = await world.ok<{ id: string }>("POST", "/api/v3/batches", { as: live.keys[0], body: { runCount: 1 } });
  const params: Record<string, string> = {
    ...{ ref: owner.ref, env: "dev", slug: owner.org, tokenId: owner.patId },
    ...{ runId: run.id, taskId: "hello", name: "EXISTS", key: "order-7", batchId: batch.id },
    errorId,
    ...{ memberId: "user_aaaaaaaaaaaaaaaaaaaaaaaa", role: "watcher", invitationId: "invite_aaaaaaaaaaaaaaaaaaaaaaaa" },
    queue: `queue_${Buffer.from("matrix").toString("base64url")}`,
  };
  return {
    ...{ world, live, params },
    routes: await describedRoutes(app),
    dead: await deadCredentials(world),
    async prepare({ needs }) {
      const variable = { as: owner.pat, body: { name: "EXISTS", value: "1" } };
      if (needs === "variable") await world.ok("POST", `/api/v1/projects/${owner.ref}/envvars/dev`, variable);
      const keyed = { as: live.keys[0], body: { options: { idempotencyKey: params["key"] } } };
      if (needs === "key") await world.ok("POST", "/api/v1/tasks/hello/trigger", keyed);
      if (needs === "run") {
        const { id } = await world.ok<{ id: string }>("POST", "/api/v1/tasks/hello/trigger", { as: live.keys[0] });
        return { ...params, runId: id };
      }
      return needs === "token" ? { ...params, tokenId: (await world.mint()).id } : params;
    },
    takerOf(name) {
      const { none, people } = rowOf(name);
      if (none !== 401) return undefined;
      return people[0] < 300 || people[0] === 501 ? live.people[0] : live.keys[0];
    },
    pathOf: (path, values = params) => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "missing"),
  };
}
