import { contractCases } from "@trigger.dev/plugins/rbac/contract-suite";
import { createPluginQuery } from "@trigger.dev/rbac";
import { startTestDatabase, type TestDatabase } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import plugin from "../src/index.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
  await database.pool.query(`INSERT INTO "user" (id, email) VALUES ('owner', 'o@x.test'), ('member', 'm@x.test')`);
  await database.pool.query("INSERT INTO organization (id, slug, title) VALUES ('org', 'acme', 'Acme')");
  await database.pool.query(
    `INSERT INTO organization_member (organization_id, user_id, role, since)
     VALUES ('org', 'owner', 'owner', now()), ('org', 'member', 'viewer', now())`,
  );
  await database.pool.query(
    "INSERT INTO project (id, organization_id, external_ref, slug, name) VALUES ('project', 'org', 'proj_x', 'shop', 'Shop')",
  );
});
afterAll(() => database?.stop());

describe("roles keep to the contract of plugins:", () => {
  const cases = contractCases({
    plugin,
    query: (text, values) => createPluginQuery(database.pool)(text, values),
    people: [
      { membershipRole: "owner" },
      { membershipRole: "admin" },
      { membershipRole: "developer" },
      { membershipRole: "viewer" },
      {
        membershipRole: "ops",
        role: { project: null, custom: { ops: [{ scope: "read:runs", environments: ["PRODUCTION"] }] }, highest: null },
      },
      { membershipRole: "ops" },
    ],
    organization: {
      organizationId: "org",
      ownerId: "owner",
      memberId: "member",
      projectId: "project",
      async rehearse(work) {
        const client = await database.pool.connect();
        try {
          await client.query("BEGIN");
          return await work(createPluginQuery(client));
        } finally {
          await client.query("ROLLBACK");
          client.release();
        }
      },
    },
  });
  for (const { name, run } of cases) it(name, async () => expect(await run()).toBeUndefined());
});
