import { setTimeout as sleep } from "node:timers/promises";
import { createId } from "@trigger.dev/core/ids";
import { createEncryption } from "@trigger.dev/rbac";
import { createTestSecrets } from "@trigger.dev/rbac/test-world";
import { startTestDatabase, type TestDatabase } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadAuditKey } from "../audit/audit-key.server.js";
import { addMember } from "./add-member.server.js";
import { createOrganization } from "./create-organization.server.js";
import { createProject } from "./create-project.server.js";
import { createUser } from "./create-user.server.js";
import { deleteUser } from "./delete-user.server.js";
import type { ChangedBy, SealingContext } from "./operation.server.js";
import { removeMember } from "./remove-member.server.js";
import { rotateEnvironmentKey } from "./rotate-environment-key.server.js";
import { setMemberRole } from "./set-member-role.server.js";

const by: ChangedBy = { userId: null, credential: { kind: "operator" } };

let database: TestDatabase;
let context: SealingContext;
beforeAll(async () => {
  database = await startTestDatabase();
  const encryption = createEncryption(createTestSecrets());
  const auditKey = await loadAuditKey(database.pool, encryption);
  context = { pool: database.pool, encryption, auditKey, requestId: createId("req"), clientAddress: "local" };
});
afterAll(() => database.stop());

const person = async () => (await createUser(context, { email: `${createId("user")}@example.com`, by })).userId;

async function organization() {
  const owner = await person();
  const slug = createId("org").replace("_", "-");
  const { organizationId } = await createOrganization(context, { slug, title: "T", ownerUserId: owner, by });
  return { owner, slug, organizationId };
}

const devEnvironments = async (userId: string): Promise<string[]> =>
  (await database.pool.query<{ id: string }>("SELECT id FROM environment WHERE owner_user_id = $1", [userId])).rows.map(
    (row) => row.id,
  );

const since = async (organizationId: string, userId: string): Promise<Date | undefined> =>
  (
    await database.pool.query<{ since: Date }>(
      "SELECT since FROM organization_member WHERE organization_id = $1 AND user_id = $2",
      [organizationId, userId],
    )
  ).rows[0]?.since;

describe("a membership", () => {
  it("brings a dev environment with a key in every project, now and later", async () => {
    const { slug, organizationId, owner } = await organization();
    const project = await createProject(context, { organizationId, name: "One", by });
    expect(await devEnvironments(owner)).toEqual([project.environments.dev.id]);
    const userId = await person();
    await addMember(context, { organization: slug, userId, by });
    expect(await devEnvironments(userId)).toHaveLength(1);
    await createProject(context, { organizationId, name: "Two", by });
    const environments = await devEnvironments(userId);
    expect(environments).toHaveLength(2);
    const { rows } = await database.pool.query("SELECT 1 FROM environment_key WHERE environment_id = ANY($1)", [
      environments,
    ]);
    expect(rows).toHaveLength(2);
  });

  it("misses no project that is made at the same time", async () => {
    const { slug, organizationId } = await organization();
    const userId = await person();
    await Promise.all([
      addMember(context, { organization: slug, userId, by }),
      ...["A", "B", "C"].map((name) => createProject(context, { organizationId, name, by })),
    ]);
    expect(await devEnvironments(userId)).toHaveLength(3);
  });

  it("takes its dev environments with it when it ends", async () => {
    const { slug, organizationId } = await organization();
    await createProject(context, { organizationId, name: "One", by });
    const userId = await person();
    await addMember(context, { organization: slug, userId, by });
    await removeMember(context, { organization: slug, userId, by });
    expect(await devEnvironments(userId)).toEqual([]);
  });

  it("starts in a whole second and, each time anew, later than all that went before", async () => {
    const { slug, organizationId } = await organization();
    const userId = await person();
    let before = 0;
    for (let round = 0; round < 3; round++) {
      await addMember(context, { organization: slug, userId, by });
      const start = (await since(organizationId, userId))?.getTime() ?? 0;
      expect(start % 1000).toBe(0);
      expect(start).toBeGreaterThan(before);
      const removedAt = Date.now();
      await removeMember(context, { organization: slug, userId, by });
      before = Math.max(start, Math.floor(removedAt / 1000) * 1000);
    }
  });

  it("can begin only once at a time", async () => {
    const { slug } = await organization();
    const userId = await person();
    const results = await Promise.allSettled(
      Array.from({ length: 4 }, () => addMember(context, { organization: slug, userId, by })),
    );
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  });
});

describe("the last owner", () => {
  it("can neither be removed nor demoted", async () => {
    const { slug, owner } = await organization();
    await expect(removeMember(context, { organization: slug, userId: owner, by })).rejects.toThrow("last owner");
    await expect(setMemberRole(context, { organization: slug, userId: owner, role: "viewer", by })).rejects.toThrow(
      "last owner",
    );
  });

  it("stays when two owners are removed at the same moment", async () => {
    const { slug, owner, organizationId } = await organization();
    const other = await person();
    await addMember(context, { organization: slug, userId: other, role: "Owner", by });
    const results = await Promise.allSettled(
      [owner, other].map((userId) => removeMember(context, { organization: slug, userId, by })),
    );
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    const { rowCount } = await database.pool.query("SELECT 1 FROM organization_member WHERE organization_id = $1", [
      organizationId,
    ]);
    expect(rowCount).toBe(1);
  });

  it("can have their account deleted only when another owns the organization, or comes after them", async () => {
    const { slug, owner, organizationId } = await organization();
    for (const successorId of [undefined, owner]) {
      await expect(deleteUser(context, { userId: owner, successorId, by })).rejects.toThrow(
        `the last owner of ${slug}`,
      );
    }
    const roles = async () =>
      (
        await database.pool.query<{ id: string; role: string }>(
          "SELECT user_id AS id, role FROM organization_member WHERE organization_id = $1",
          [organizationId],
        )
      ).rows;
    expect(await roles()).toEqual([{ id: owner, role: "owner" }]);
    const heir = await person();
    expect(await deleteUser(context, { userId: owner, successorId: heir, by })).toMatchObject({ handedOver: [slug] });
    expect(await roles()).toEqual([{ id: heir, role: "owner" }]);
    const member = await person();
    await addMember(context, { organization: slug, userId: member, role: "viewer", by });
    expect(await deleteUser(context, { userId: heir, successorId: member, by })).toMatchObject({ handedOver: [slug] });
    expect(await roles()).toEqual([{ id: member, role: "owner" }]);
    const other = await person();
    await addMember(context, { organization: slug, userId: other, role: "owner", by });
    expect(await deleteUser(context, { userId: member, by })).toMatchObject({ handedOver: [] });
  });

  it("stays when two owners' accounts are deleted at the same moment", async () => {
    const { slug, owner, organizationId } = await organization();
    const other = await person();
    await addMember(context, { organization: slug, userId: other, role: "owner", by });
    const deleted = await Promise.allSettled([owner, other].map((userId) => deleteUser(context, { userId, by })));
    expect(deleted.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const { rowCount } = await database.pool.query("SELECT 1 FROM organization_member WHERE organization_id = $1", [
      organizationId,
    ]);
    expect(rowCount).toBe(1);
  });
});

describe("an environment's key", () => {
  it("lives on for its grace time after a rotation, or ends at once", async () => {
    const { organizationId } = await organization();
    const { environments } = await createProject(context, { organizationId, name: "One", by });
    const { id, apiKey } = environments.prod;
    const rotated = await rotateEnvironmentKey(context, { environmentId: id, graceSeconds: 60, by });
    expect(rotated.apiKey).not.toBe(apiKey);
    const live = async () =>
      (
        await database.pool.query(
          "SELECT 1 FROM environment_key WHERE environment_id = $1 AND (expires_at IS NULL OR expires_at > now())",
          [id],
        )
      ).rowCount;
    expect(await live()).toBe(2);
    await rotateEnvironmentKey(context, { environmentId: id, graceSeconds: 0, by });
    await sleep(5);
    expect(await live()).toBe(1);
  });
});

describe("a change", () => {
  it("leaves an audit row, and none when it was refused", async () => {
    const { slug, owner } = await organization();
    const count = async () =>
      (await database.pool.query("SELECT 1 FROM audit_event WHERE target = $1 AND action LIKE 'member.%'", [owner]))
        .rowCount;
    expect(await count()).toBe(0);
    await expect(removeMember(context, { organization: slug, userId: owner, by })).rejects.toThrow("last owner");
    expect(await count()).toBe(0);
    await setMemberRole(context, { organization: slug, userId: owner, role: "owner", by });
    expect(await count()).toBe(1);
  });
});
