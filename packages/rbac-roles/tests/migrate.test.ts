import { deployMigrations } from "@trigger.dev/database";
import { detectDrift } from "@trigger.dev/database/drift";
import { createPluginQuery } from "@trigger.dev/rbac";
import { startTestDatabase, type TestDatabase } from "@trigger.dev/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { migrate } from "../src/migrate.js";
import { MIGRATIONS } from "../src/migrations/index.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database?.stop());

const applied = async () =>
  (await database.pool.query<{ id: string }>("SELECT id FROM rbac_roles.migration ORDER BY id")).rows.map(
    ({ id }) => id,
  );

it("migrates once, however many processes boot at the same time, and again for nobody", async () => {
  const query = createPluginQuery(database.pool);
  await Promise.all(Array.from({ length: 6 }, () => migrate(query)));
  expect(await applied()).toEqual(MIGRATIONS.map(({ id }) => id));
  const { rows } = await database.pool.query("SELECT max(applied_at) AS at FROM rbac_roles.migration");
  await migrate(query);
  expect((await database.pool.query("SELECT max(applied_at) AS at FROM rbac_roles.migration")).rows).toEqual(rows);
});

it("knows the organizations that had roles before it was asked to, and those that have since", async () => {
  const earlier = await startTestDatabase();
  try {
    const query = createPluginQuery(earlier.pool);
    await migrate(query, MIGRATIONS.slice(0, 2));
    for (const id of ["custom", "granted", "plain", "later"]) {
      await query("INSERT INTO organization (id, slug, title) VALUES ($1, $1, $1)", [id]);
    }
    const role = "INSERT INTO rbac_roles.custom_role (organization_id, name, description, permissions)";
    await query(`${role} VALUES ('custom', 'a', '', '[]')`);
    await query(`INSERT INTO "user" (id, email) VALUES ('u', 'u@example.com')`);
    await query("INSERT INTO organization_member (organization_id, user_id, since) VALUES ('granted', 'u', now())");
    await query(
      `INSERT INTO project (id, organization_id, external_ref, slug, name) VALUES ('p', 'granted', 'p', 'p', 'p')`,
    );
    await query(
      "INSERT INTO rbac_roles.project_grant (organization_id, user_id, project_id, role) VALUES ('granted', 'u', 'p', 'viewer')",
    );
    await migrate(query);
    await query(`${role} VALUES ('later', 'a', '', '[]'), ('later', 'b', '', '[]')`);
    const known = await query("SELECT organization_id AS id FROM rbac_roles.organization_with_roles ORDER BY id");
    expect(known.map(({ id }) => id)).toEqual(["custom", "granted", "later"]);
  } finally {
    await earlier.stop();
  }
});

it("is no drift to the host, whose own migrations still deploy", async () => {
  expect(await detectDrift(database.url)).toMatchObject({ same: true });
  await expect(deployMigrations(database.url)).resolves.toBeDefined();
});

it("does all of a migration or nothing of it", async () => {
  const query = createPluginQuery(database.pool);
  const half = { id: "900-half", sql: "CREATE TABLE rbac_roles.half (id int); SELECT 1 / 0;" };
  await expect(migrate(query, [...MIGRATIONS, half])).rejects.toThrow(/division by zero/);
  expect(await applied()).not.toContain("900-half");
  expect((await query("SELECT to_regclass('rbac_roles.half') AS half"))[0]).toEqual({ half: null });
});

it("refuses to start over a migration that is another than the one applied", async () => {
  const [first] = MIGRATIONS;
  const changed = { id: first?.id ?? "", sql: "SELECT 1" };
  await expect(migrate(createPluginQuery(database.pool), [changed])).rejects.toThrow(/is not the one that was applied/);
});
