import { afterAll, expect, it } from "vitest";
import { startEmptyDatabase, startTestDatabase, type TestDatabase } from "./test-database.js";

const started: TestDatabase[] = [];
const keep = async (starting: Promise<TestDatabase>): Promise<TestDatabase> => {
  const database = await starting;
  started.push(database);
  return database;
};

afterAll(async () => {
  await Promise.all(started.map((database) => database.stop()));
});

it("gives each caller a migrated database of its own, also at the same time", async () => {
  const [one, other] = await Promise.all([keep(startTestDatabase()), keep(startTestDatabase())]);
  await one.pool.query(`INSERT INTO "user" (id, email) VALUES ('user_1', 'a@example.com')`);
  const count = await other.pool.query(`SELECT count(*)::int AS n FROM "user"`);
  expect(one.url).not.toBe(other.url);
  expect(count.rows).toEqual([{ n: 0 }]);
});

it("gives an empty database to those who migrate themselves", async () => {
  const { pool } = await keep(startEmptyDatabase());
  const tables = await pool.query("SELECT 1 FROM pg_tables WHERE schemaname = 'public'");
  expect(tables.rowCount).toBe(0);
});

it("drops the database when it is stopped", async () => {
  const kept = await keep(startTestDatabase());
  const dropped = await startTestDatabase();
  await dropped.stop();
  const name = new URL(dropped.url).pathname.slice(1);
  const found = await kept.pool.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
  expect(found.rowCount).toBe(0);
});
