import { expect, it } from "vitest";
import { startTestDatabase } from "./test-database.js";
it("installs", async () => {
  const db = await startTestDatabase();
  const m = await import("../../../docs/examples/production-read-only-plugin.mjs" as string);
  const query = async (text: string, values: unknown[] = []) => (await db.pool.query({ text, values, queryMode: "extended" } as never)).rows;
  await Promise.all(Array.from({length: 6}, () => m.default.create({ credentials: {}, query, log: { info() {} } })));
  const r = await db.pool.query("select production_read_only.acts_as_owner('u', 'o', 'p', NULL, NULL) AS role");
  expect(r.rows).toEqual([{ role: false }]);
  await db.pool.query(`insert into "user"(id,email,updated_at) values ('u','a@b.c',now())`).catch((e: Error) => console.log(e.message));
  console.log((await db.pool.query("select column_name from information_schema.columns where table_name in ('user','organization','organization_member')")).rows.map((x: any) => x.column_name).join());
  await db.pool.query(`insert into "user"(id,email) values ('u','a@b.c') on conflict do nothing`).catch((e: Error) => console.log(e.message));
  await db.pool.query(`insert into organization(id,slug,title) values ('o','o','o')`);
  await db.pool.query(`insert into organization_member(organization_id,user_id,role,since) values ('o','u','owner',now())`);
  expect((await db.pool.query("select production_read_only.acts_as_owner('u', 'o', 'p', NULL, NULL) AS role")).rows).toEqual([{ role: true }]);
  await db.stop();
}, 60000);
