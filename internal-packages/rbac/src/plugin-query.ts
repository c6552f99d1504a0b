import type { PluginQuery } from "@trigger.dev/plugins/rbac";
import type { ClientBase, Pool } from "pg";

/** What a plugin may ask of a connection or a pool: one statement at a time, with values. */
export const createPluginQuery =
  (db: ClientBase | Pool): PluginQuery =>
  async (text, values = []) => {
    // The extended protocol takes one statement and no more.
    const statement = { text, values: [...values], queryMode: "extended" };
    return (await db.query<Record<string, unknown>>(statement)).rows;
  };
