import type { PluginQuery, RoleManager } from "@trigger.dev/plugins/rbac";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { guardRoles } from "./guarded-roles.js";
import { RbacUnavailableError } from "./rbac-unavailable-error.js";

const missing = async () => {
  throw new Error("not asked for here");
};
const managerThat = (own: Partial<RoleManager>): RoleManager => ({
  listPermissions: () => [],
  listPresets: () => [],
  listRoles: missing,
  createRole: missing,
  updateRole: missing,
  deleteRole: missing,
  checkMembership: missing,
  listGrants: missing,
  grantProject: missing,
  revokeProject: missing,
  checkTokenRole: missing,
  ...own,
});

const query: PluginQuery = async () => [];
const asked = { userId: "u", role: "viewer", query };
/** What is answered has no type here. */
const answering = (answer: unknown) => guardRoles("test", managerThat({ checkTokenRole: async () => answer as never }));

describe("a role manager of a plugin's", () => {
  it.each([
    ["nothing", undefined],
    ["a string", "yes"],
    ["yes without a value", { ok: true }],
    ["no without a problem", { ok: false }],
    ["a problem without a sentence", { ok: false, problem: { code: "not_found" } }],
    ["a problem of another code", { ok: false, problem: { code: "__proto__", message: "no" } }],
  ])("that answers %s changes nothing", async (_what, answer) => {
    await expect(answering(answer).checkTokenRole(asked)).rejects.toBeInstanceOf(RbacUnavailableError);
  });

  it("is believed when it says yes or no", async () => {
    for (const answer of [
      { ok: true, value: { role: "viewer" } },
      { ok: false, problem: { code: "not_found", message: "There is no such role." } },
    ])
      expect(await answering(answer).checkTokenRole(asked)).toEqual(answer);
  });

  it("that throws, or lists no list, is unavailable", async () => {
    const roles = guardRoles("test", managerThat({ listRoles: async () => "all" as never }));
    await expect(roles.listRoles({ organizationId: "o", query })).rejects.toBeInstanceOf(RbacUnavailableError);
    await expect(roles.checkTokenRole(asked)).rejects.toMatchObject({ code: "rbac_unavailable", plugin: "test" });
  });

  it("that hangs is given up after two seconds, and asks the transaction nothing from then on", async () => {
    let late: Promise<unknown> | undefined;
    let statements = 0;
    const roles = guardRoles(
      "test",
      managerThat({
        async checkTokenRole({ query: ask }) {
          await sleep(2_200);
          late = ask("DELETE FROM everything");
          await late;
          return { ok: true, value: { role: "viewer" } };
        },
      }),
    );
    const counting: PluginQuery = async () => {
      statements += 1;
      return [];
    };
    await expect(roles.checkTokenRole({ ...asked, query: counting })).rejects.toMatchObject({
      cause: { message: "no answer within 2000 ms" },
    });
    await sleep(400);
    await expect(late).rejects.toBeInstanceOf(RbacUnavailableError);
    expect(statements).toBe(0);
  });
});
