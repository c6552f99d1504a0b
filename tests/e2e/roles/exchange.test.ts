import { createAbility } from "@trigger.dev/plugins/rbac";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRoleChanges, type RoleChanges, WITH_ROLES } from "../support/roles.js";
import { createMember, startWorld, type Tenant, type World } from "../support/world.js";

/** Written down here once more, as `docs/roles.md` says it, of the types that are tried below. */
const LOOKS = ["read:runs", "read:tasks", "read:errors"];
const ROLES: Record<string, Record<"dev" | "prod", readonly string[]>> = {
  owner: { dev: ["admin"], prod: ["admin"] },
  admin: { dev: ["*:all"], prod: ["*:all"] },
  developer: { dev: ["*:all"], prod: [...LOOKS, "write:errors"] },
  viewer: { dev: LOOKS, prod: LOOKS },
  "on-call": { dev: ["trigger:tasks"], prod: ["read:runs", "trigger:tasks:hello"] },
};
const HIGHEST = [undefined, "viewer"] as const;
const CAPS = [undefined, ["read:all"], ["trigger:tasks", "read:runs"], ["write:all"]] as const;
const REQUESTS = [undefined, ["admin"], ["*:all"], ["read:runs", "trigger:tasks:hello"], ["write:tasks"]] as const;
/** What is tried with a token: a request, and what it needs. */
const DEEDS = [
  ["GET", "/api/v1/runs", "read:runs"],
  ["GET", "/api/v1/errors", "read:errors"],
  ["POST", "/api/v1/tasks/hello/trigger", "trigger:tasks:hello"],
  ["POST", "/api/v1/tasks/other/trigger", "trigger:tasks:other"],
] as const;

let world: World;
let roles: RoleChanges;
let member: Tenant;
/** A token of the member's for each highest role and cap, and what that leaves. */
const tokens: { token: string; narrowedTo: (env: "dev" | "prod") => readonly (readonly string[])[] }[] = [];

beforeAll(async () => {
  world = await startWorld({ env: WITH_ROLES });
  roles = createRoleChanges(world.pool, world.owner.org);
  member = await createMember(world, "subject");
  await roles.putCustomRole("on-call", [
    { scope: "trigger:tasks", environments: ["DEVELOPMENT"] },
    { scope: "read:runs", environments: ["PRODUCTION"] },
    { scope: "trigger:tasks:hello", environments: ["PRODUCTION"] },
  ]);
  for (const highest of HIGHEST) {
    const { token: pat } = await world.app.admin<{ token: string }>(
      ...(["pat", "create", "--email", member.email, "--name", "t"] as const),
      ...(highest ? ["--role", highest] : []),
    );
    for (const cap of CAPS) {
      const { token } = cap ? await world.mint({ cap }, pat) : await world.mint({}, pat);
      const narrowedTo = (env: "dev" | "prod") => [
        ...(highest ? [ROLES[highest]?.[env] ?? []] : []),
        ...(cap ? [cap] : []),
      ];
      tokens.push({ token, narrowedTo });
    }
  }
});
afterAll(() => world?.stop());

describe.each(Object.keys(ROLES))("what a member who is %s exchanges", (role) => {
  it.each(["dev", "prod"] as const)(
    "does in %s what the role, the highest role, the cap and the request each allow",
    async (env) => {
      await roles.setRole(member.userId, role);
      const wrong: string[] = [];
      for (const { token: as, narrowedTo } of tokens) {
        for (const scopes of REQUESTS) {
          const caps = [ROLES[role]?.[env] ?? [], ...narrowedTo(env)];
          const body = scopes ? { claims: { scopes } } : {};
          const { status, body: exchanged } = await world.app.api("POST", `/api/v1/projects/${member.ref}/${env}/jwt`, {
            as,
            body,
          });
          const allowed = createAbility(scopes ? [...caps, scopes] : caps);
          const which = `${role} ${JSON.stringify(caps)} ${JSON.stringify(scopes)}`;
          if (status !== 200) {
            if (status !== 403 || DEEDS.some(([, , need]) => allowed.can([need]))) wrong.push(`${which}: ${status}`);
            continue;
          }
          for (const [method, path, need] of DEEDS) {
            const { status: done } = await world.app.api(method, path, {
              as: String(exchanged["token"]),
              ...(method === "POST" ? { body: {} } : {}),
            });
            if (done !== (allowed.can([need]) ? 200 : 403)) wrong.push(`${which}: ${need} ${done}`);
          }
        }
      }
      expect(wrong).toEqual([]);
    },
  );
});
