import { createAbility } from "@trigger.dev/plugins/rbac";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cast, ROUTE_NAMES, rowOf, startCast } from "../support/cast.js";
import { expectGeneric401 } from "../support/generic-401.js";
import type { DescribedRoute } from "../support/openapi.js";
import { createRoleChanges, type RoleChanges, WITH_ROLES } from "../support/roles.js";
import type { Row } from "../support/route-table.js";
import { fingerprint } from "../support/state.js";

/** Written down here once more, as `docs/roles.md` says it, in dev and of the organization. */
const READ_BUT_SECRETS = [
  ...["runs", "tasks", "batch", "tags", "errors", "queues", "deployments", "branches", "schedules", "sessions"],
  ...["waitpoints", "prompts", "query", "projects", "members", "roles", "tokens"],
].map((type) => `read:${type}`);
const ROLES = {
  owner: { dev: ["admin"], organization: ["admin"] },
  admin: { dev: ["*:all", "*:apiKeys", "read:audit"], organization: ["*:all", "*:apiKeys", "read:audit"] },
  developer: { dev: ["*:all", "*:apiKeys"], organization: [...READ_BUT_SECRETS, "write:errors", "write:tokens"] },
  viewer: { dev: READ_BUT_SECRETS, organization: READ_BUT_SECRETS },
  /** Of a name that no role has. */
  Owner: { dev: [], organization: [] },
} as const;
type RoleName = keyof typeof ROLES;
const ROLE_NAMES = ["owner", "admin", "developer", "viewer", "Owner"] as const satisfies readonly RoleName[];

let cast: Cast;
let roles: RoleChanges;
let routes: Map<string, DescribedRoute>;

beforeAll(async () => {
  cast = await startCast(WITH_ROLES);
  const { owner, pool, app } = cast.world;
  roles = createRoleChanges(pool, owner.org);
  routes = new Map(cast.routes.map((route) => [route.name, route]));
  const worker = rowOf("POST /api/v1/projects/{ref}/background-workers").body;
  await cast.world.ok("POST", `/api/v1/projects/${owner.ref}/background-workers`, {
    ...{ as: cast.live.keys[0], body: worker },
  });
  // Somebody else owns the organization as well, so that its owner can be anything.
  await app.admin("user", "create", "--email", "second@example.com");
  await app.admin("member", "add", "--org", owner.org, "--email", "second@example.com", "--role", "owner");
});

afterAll(() => cast?.world.stop());

const become = (role: string) => roles.setRole(cast.world.owner.userId, role);

interface Credential {
  token: string;
  /** What the table says of it. */
  status: (row: Row) => number;
}

/** PAT, capless UAT, UAT capped to read:runs; JWTs exchanged wide and for read:runs, while their person was the owner. */
function credentials(): Credential[] {
  const { people, jwts } = cast.live;
  return [
    { token: people[0] ?? "", status: ({ people: [status] }) => status },
    { token: people[1] ?? "", status: ({ people: [, status] }) => status },
    { token: people[2] ?? "", status: ({ people: [, , status] }) => status },
    { token: jwts[0] ?? "", status: ({ jwts: [status] }) => status },
    { token: jwts[1] ?? "", status: ({ jwts: [, status] }) => status },
  ];
}

/** Whether a role may do any of what a route needs; a route about nobody's organization asks no role. */
function mayUse(role: RoleName, { path, needs }: DescribedRoute): boolean {
  if (needs.startsWith("no scope") || needs.includes("anybody")) return true;
  if (/^\/api\/v1\/(auth|invitations)/.test(path)) return true;
  const isOfOrganization = /\{slug\}/.test(path) || /^\/api\/v1\/projects\/\{ref\}$/.test(path);
  const ability = createAbility([ROLES[role][isOfOrganization ? "organization" : "dev"]]);
  if (needs.startsWith("membership")) return ability.grant(undefined).granted.length > 0;
  const scopes = needs.match(/\b(read|write|trigger|batchTrigger):\w+/g) ?? [];
  return scopes.some((scope) => ability.can([scope]));
}

const routeOf = (name: string): DescribedRoute => {
  const route = routes.get(name);
  if (!route) throw new Error(`${name} is not described`);
  return route;
};

async function send(name: string, as: string, values?: Record<string, string>) {
  const { method, path } = routeOf(name);
  const { body } = rowOf(name);
  return cast.world.app.api(method, cast.pathOf(path, values), { as, ...(body ? { body } : {}) });
}

describe.each(ROLE_NAMES)("a member who is %s", (role) => {
  it("is refused by every route what the role does not allow, by every credential, and changes nothing", async () => {
    await become(role);
    const before = await fingerprint(cast.world.pool);
    const answers: string[] = [];
    for (const name of ROUTE_NAMES) {
      if (mayUse(role, routeOf(name))) continue;
      for (const { token, status } of credentials()) {
        const { status: answered, body, headers } = await send(name, token);
        if (status(rowOf(name)) === 401) expect(answered, name).toBe(401);
        else answers.push(`${name} ${answered} ${String(body["code"])}`);
        expect(body["requestId"]).toBe(headers.get("x-request-id"));
      }
    }
    expect(answers.filter((answer) => !/ 403 (insufficient_scope|invalid_scope)$/.test(answer))).toEqual([]);
    expect(answers.length === 0).toBe(role === "owner" || role === "admin");
    expect(await fingerprint(cast.world.pool)).toEqual(before);
  });

  it("is answered by every other route as the owner is without a plugin", async () => {
    for (const name of ROUTE_NAMES) {
      if (!mayUse(role, routeOf(name))) continue;
      const row = rowOf(name);
      const isOpen = row.none !== 401;
      for (const { token, status } of credentials()) {
        const expected = status(row);
        // What only a plugin serves is tried where it changes nothing.
        if (isOpen || (expected === 501 && !name.startsWith("GET "))) continue;
        await become("owner");
        const values = await cast.prepare(row);
        await become(role);
        const answer = await send(name, token, values);
        if (expected === 401) expectGeneric401(answer);
        else if (expected === 501) expect(answer.status, name).toBe(200);
        else expect(answer.status, name).toBe(expected);
      }
    }
  });
});
