import assert from "node:assert/strict";
import { createAbility } from "../ability.js";
import { checkScopes } from "../check-scopes.js";
import type { PluginQuery, RoleEditor, RoleManager, RolePermission, RoleProblemCode, RoleResult } from "../roles.js";
import { personEvidence, SESSION, USER } from "./evidence.js";
import { setStage } from "./stage.js";
import type { ContractCase, ContractSubject } from "./subject.js";

const OPERATOR: RoleEditor = { kind: "operator" };
const READS: readonly RolePermission[] = [{ scope: "read:runs" }];

/** A person as an editor, by a session whose token is narrowed to `caps`. */
const person = (userId: string, caps: readonly (readonly string[])[] = []): RoleEditor => {
  const evidence = personEvidence(SESSION, null, { caps });
  const ability = createAbility(caps);
  return {
    kind: "person",
    authentication: { ...evidence, user: { ...USER, id: userId }, ability, abilityIn: () => ability },
  };
};

function assertProblem(result: RoleResult<unknown>, ...codes: RoleProblemCode[]): void {
  if (result.ok) assert.fail(`it was done: ${JSON.stringify(result.value)}`);
  assert(codes.includes(result.problem.code), `the problem is ${result.problem.code}, not ${codes.join(" or ")}`);
  assert(result.problem.message.length > 0, "a problem has no sentence");
}

function assertDone<Value>(result: RoleResult<Value>): Value {
  if (!result.ok) assert.fail(`it was refused: ${result.problem.code}, ${result.problem.message}`);
  return result.value;
}

/** How roles are managed, where they are. */
export function casesOfRoles(subject: ContractSubject): ContractCase[] {
  const { organization } = subject;
  if (!organization) return [];
  const { organizationId, ownerId, memberId, projectId } = organization;
  /** A case in a transaction of its own, which is undone. */
  const rehearsal = (
    name: string,
    work: (roles: RoleManager, change: { organizationId: string; query: PluginQuery }) => Promise<void>,
  ): ContractCase => ({
    name,
    async run() {
      const { controller } = await setStage(subject);
      const { roles } = controller;
      assert(roles, "the controller manages no roles");
      await organization.rehearse((query) => work(roles, { organizationId, query }));
    },
  });

  return [
    rehearsal("the list of permissions and every preset are made of scopes", async (roles) => {
      const listed = roles.listPermissions().flatMap(({ permissions }) => permissions);
      const preset = roles.listPresets().flatMap(({ permissions }) => permissions);
      for (const { scope } of [...listed, ...preset]) assert(checkScopes([scope]).ok, `${scope} is no scope`);
      for (const { description } of listed) assert(description.length > 0, "a permission has no description");
    }),
    rehearsal("owner and developer are system roles, and stay as they are", async (roles, change) => {
      const listed = await roles.listRoles(change);
      for (const name of ["owner", "developer"]) {
        assert.equal(listed.find((role) => role.name === name)?.kind, "system", name);
        assertProblem(await roles.updateRole({ ...change, by: OPERATOR, name, permissions: [] }), "system_role");
        assertProblem(await roles.deleteRole({ ...change, by: OPERATOR, name, force: true }), "system_role");
      }
    }),
    rehearsal("a role is made, listed, changed and deleted", async (roles, change) => {
      const by = OPERATOR;
      const role = { name: "contract-role", description: "of the suite", permissions: READS };
      assert.equal(assertDone(await roles.createRole({ ...change, by, role })).kind, "custom");
      assertProblem(await roles.createRole({ ...change, by, role }), "name_taken");
      const found = async () => (await roles.listRoles(change)).find(({ name }) => name === role.name);
      assert.deepEqual((await found())?.permissions, READS);
      assertDone(await roles.updateRole({ ...change, by, name: role.name, permissions: [] }));
      assert.deepEqual((await found())?.permissions, []);
      assertDone(await roles.deleteRole({ ...change, by, name: role.name }));
      assert.equal(await found(), undefined);
      assertProblem(await roles.deleteRole({ ...change, by, name: role.name }), "not_found");
      assertProblem(await roles.updateRole({ ...change, by, name: role.name, permissions: [] }), "not_found");
    }),
    rehearsal(
      "no role takes a system role's name, in whatever spelling, nor a name that is none",
      async (roles, change) => {
        for (const name of [
          "owner",
          "Owner",
          "OWNER",
          " owner",
          "owner\0",
          "оwner",
          "ｏwner",
          "own\u200Ber",
          "__proto__",
          "",
        ]) {
          const role = { name, description: "", permissions: READS };
          assertProblem(await roles.createRole({ ...change, by: OPERATOR, role }), "invalid", "name_taken");
        }
      },
    ),
    rehearsal("a permission that is none is refused", async (roles, change) => {
      for (const scope of ["", "read:__proto__", "admin:all", "READ:runs", "read:all:x"]) {
        const role = { name: "contract-role", description: "", permissions: [{ scope }] };
        assertProblem(await roles.createRole({ ...change, by: OPERATOR, role }), "invalid");
      }
    }),
    rehearsal("nobody gives away what they do not hold, nor what their token may not", async (roles, change) => {
      const role = (scope: string) => ({ name: "contract-role", description: "", permissions: [{ scope }] });
      const refused = { ...change, by: person(memberId) };
      assertProblem(await roles.createRole({ ...refused, role: role("write:runs") }), "exceeds_own");
      const capped = { ...change, by: person(ownerId, [["write:roles"]]) };
      assertProblem(await roles.createRole({ ...capped, role: role("read:runs") }), "exceeds_own");
      const member = { userId: memberId, from: "viewer" };
      assertProblem(await roles.checkMembership({ ...refused, ...member, to: "owner" }), "exceeds_own");
      assertProblem(
        await roles.grantProject({ ...refused, userId: memberId, projectId, role: "developer" }),
        "exceeds_own",
      );
      assertDone(await roles.createRole({ ...change, by: person(ownerId), role: role("write:runs") }));
    }),
    rehearsal("the last owner stays", async (roles, change) => {
      for (const by of [OPERATOR, person(ownerId)])
        for (const to of ["viewer", null])
          assertProblem(
            await roles.checkMembership({ ...change, by, userId: ownerId, from: "owner", to }),
            "last_owner",
          );
    }),
    rehearsal("a membership has a role that there is", async (roles, change) => {
      const member = { userId: memberId, from: null, by: OPERATOR };
      assert.equal(
        assertDone(await roles.checkMembership({ ...change, ...member, to: "developer" })).role,
        "developer",
      );
      for (const to of ["Developer", "no-such-role", "__proto__", ""])
        assertProblem(await roles.checkMembership({ ...change, ...member, to }), "not_found");
    }),
    rehearsal("a grant is given, replaced, listed and taken back", async (roles, change) => {
      const key = { userId: memberId, projectId, by: OPERATOR };
      assertDone(await roles.grantProject({ ...change, ...key, role: "developer" }));
      assertDone(await roles.grantProject({ ...change, ...key, role: "viewer" }));
      const grants = await roles.listGrants({ ...change, userId: memberId });
      assert.deepEqual(
        grants.map((grant) => ({ ...grant })),
        [{ userId: memberId, projectId, role: "viewer" }],
      );
      assertDone(await roles.revokeProject({ ...change, ...key }));
      assertProblem(await roles.revokeProject({ ...change, ...key }), "not_found");
      assertProblem(await roles.grantProject({ ...change, ...key, role: "owner" }), "invalid", "not_found");
      assertProblem(await roles.grantProject({ ...change, ...key, role: "no-such-role" }), "not_found");
      assertProblem(
        await roles.grantProject({ ...change, ...key, projectId: "proj_none", role: "viewer" }),
        "not_found",
      );
      assertProblem(await roles.grantProject({ ...change, ...key, userId: "user_none", role: "viewer" }), "not_found");
    }),
    rehearsal("a token is held to a role that there is", async (roles, { query }) => {
      assertDone(await roles.checkTokenRole({ userId: ownerId, role: "developer", query }));
      for (const role of ["Developer", "no-such-role", "__proto__", ""])
        assertProblem(await roles.checkTokenRole({ userId: ownerId, role, query }), "not_found");
    }),
  ];
}
