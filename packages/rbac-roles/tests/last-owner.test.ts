import { REFUSED_BY_PLUGIN_SQLSTATE } from "@trigger.dev/plugins/rbac";
import { createPluginQuery } from "@trigger.dev/rbac";
import { startTestDatabase, type TestDatabase } from "@trigger.dev/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { migrate } from "../src/migrate.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
  await migrate(createPluginQuery(database.pool));
  await database.pool.query(
    `INSERT INTO "user" (id, email) VALUES ('a', 'a@x.test'), ('b', 'b@x.test'), ('c', 'c@x.test')`,
  );
});
afterAll(() => database?.stop());

beforeEach(async () => {
  const { pool } = database;
  await pool.query("DELETE FROM organization");
  await pool.query(`INSERT INTO "user" (id, email) VALUES ('a', 'a@x.test'), ('b', 'b@x.test') ON CONFLICT DO NOTHING`);
  await pool.query("INSERT INTO organization (id, slug, title) VALUES ('o', 'acme', 'Acme'), ('p', 'other', 'Other')");
  await pool.query(
    `INSERT INTO organization_member (organization_id, user_id, role, since)
     VALUES ('o', 'a', 'owner', now()), ('o', 'b', 'owner', now()), ('o', 'c', 'viewer', now()), ('p', 'c', 'owner', now())`,
  );
});

const owners = async () =>
  (
    await database.pool.query<{ user_id: string }>(
      "SELECT user_id FROM organization_member WHERE organization_id = 'o' AND role = 'owner' ORDER BY 1",
    )
  ).rows.map(({ user_id }) => user_id);

/** Two ways of taking an owner away, each of its own transaction. */
const TAKE: Readonly<Record<string, (userId: string) => string>> = {
  demoted: (id) => `UPDATE organization_member SET role = 'admin' WHERE organization_id = 'o' AND user_id = '${id}'`,
  removed: (id) => `DELETE FROM organization_member WHERE organization_id = 'o' AND user_id = '${id}'`,
  deleted: (id) => `DELETE FROM "user" WHERE id = '${id}'`,
  renamed: (id) => `UPDATE organization_member SET role = 'Owner' WHERE organization_id = 'o' AND user_id = '${id}'`,
  moved: (id) =>
    `UPDATE organization_member SET organization_id = 'p' WHERE organization_id = 'o' AND user_id = '${id}'`,
};
const WAYS = Object.keys(TAKE);
const take = (way: string, userId: string) => TAKE[way]?.(userId) ?? "";

describe.each(WAYS)("the last owner of an organization is not %s", (way) => {
  it("by anybody's SQL", async () => {
    await database.pool.query(take(way, "a"));
    expect(await owners()).toEqual(["b"]);
    await expect(database.pool.query(take(way, "b"))).rejects.toMatchObject({
      code: REFUSED_BY_PLUGIN_SQLSTATE,
      message: expect.stringContaining("acme"),
    });
    expect(await owners()).toEqual(["b"]);
  });

  it.each(["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])("by a race of two transactions, %s", async (level) => {
    for (const other of WAYS) {
      const [one, two] = [await database.pool.connect(), await database.pool.connect()];
      try {
        for (const client of [one, two]) await client.query(`BEGIN ISOLATION LEVEL ${level}`);
        // Each has its snapshot before the other does anything.
        for (const client of [one, two]) await client.query("SELECT count(*) FROM organization_member");
        await one.query(take(way, "a"));
        await two.query(take(other, "b"));
        const ends = await Promise.allSettled([one.query("COMMIT"), two.query("COMMIT")]);
        expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
        expect(await owners()).toHaveLength(1);
      } finally {
        for (const client of [one, two]) {
          await client.query("ROLLBACK");
          client.release();
        }
      }
      await database.pool.query(
        `INSERT INTO "user" (id, email) VALUES ('a', 'a@x.test'), ('b', 'b@x.test') ON CONFLICT DO NOTHING`,
      );
      await database.pool.query(
        "DELETE FROM organization_member WHERE user_id IN ('a', 'b') AND organization_id = 'p'",
      );
      await database.pool.query(
        `INSERT INTO organization_member (organization_id, user_id, role, since) VALUES ('o', 'a', 'owner', now()), ('o', 'b', 'owner', now())
         ON CONFLICT (organization_id, user_id) DO UPDATE SET role = 'owner'`,
      );
    }
  });
});

it("may be replaced in one transaction, in either order", async () => {
  const client = await database.pool.connect();
  await client.query("BEGIN");
  await client.query("UPDATE organization_member SET role = 'viewer' WHERE organization_id = 'o' AND role = 'owner'");
  await client.query("UPDATE organization_member SET role = 'owner' WHERE organization_id = 'o' AND user_id = 'c'");
  await client.query("COMMIT");
  client.release();
  expect(await owners()).toEqual(["c"]);
});

it("goes with the organization", async () => {
  await database.pool.query("DELETE FROM organization WHERE id = 'o'");
  expect(await owners()).toEqual([]);
});

it("is not truncated away, unless the organizations are", async () => {
  await expect(database.pool.query("TRUNCATE organization_member CASCADE")).rejects.toMatchObject({
    code: REFUSED_BY_PLUGIN_SQLSTATE,
  });
  await database.pool.query("TRUNCATE organization CASCADE");
});
