import { randomUUID } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import { Client, type FieldDef, Pool } from "pg";

/** `"char"`, which the catalogue is full of and the stock adapter refuses; it lets `character(n)`, 1042, pass. */
const CHAR_OID = 18;
const BPCHAR_OID = 1042;

type ArrayResult = { fields: FieldDef[]; rows: unknown[][] };

const isArrayResult = (result: unknown): result is ArrayResult =>
  typeof result === "object" && result !== null && "fields" in result && "rows" in result;

/** `pool`, whose results claim `character(n)` for `"char"`; `seen` is told of each such column, by the rows. */
function disguiseChar(pool: Pool, seen: WeakMap<unknown[][], number[]>): Pool {
  return new Proxy(pool, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== "function") return member;
      if (property !== "query") return member.bind(target);
      return async (...args: unknown[]) => {
        const result: unknown = await Reflect.apply(member, target, args);
        if (!isArrayResult(result)) return result;
        const columns = result.fields.flatMap((field, index) => (field.dataTypeID === CHAR_OID ? [index] : []));
        for (const field of result.fields) if (field.dataTypeID === CHAR_OID) field.dataTypeID = BPCHAR_OID;
        seen.set(result.rows, columns);
        return result;
      };
    },
  });
}

async function connect(url: string, afterwards: () => Promise<void>): Promise<SqlDriverAdapter> {
  const pool = new Pool({ connectionString: url, max: 2, application_name: "trigger.dev drift" });
  pool.on("error", () => {});
  const charColumns = new WeakMap<unknown[][], number[]>();
  const stock = await new PrismaPg(disguiseChar(pool, charColumns)).connect();
  return {
    provider: stock.provider,
    adapterName: stock.adapterName,
    queryRaw: async (query) => {
      const result = await stock.queryRaw(query);
      for (const column of charColumns.get(result.rows) ?? []) result.columnTypes[column] = ColumnTypeEnum.Character;
      return result;
    },
    executeRaw: (query) => stock.executeRaw(query),
    startTransaction: (isolationLevel) => stock.startTransaction(isolationLevel),
    getConnectionInfo: () => ({ schemaName: "public", supportsRelationJoins: true }),
    // Whole: the stock one cuts at every semicolon, also in comments and function bodies.
    executeScript: async (script) => {
      await pool.query(script);
    },
    dispose: async () => {
      if (pool.ending) return;
      await stock.dispose();
      await pool.end();
      await afterwards();
    },
  };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url, application_name: "trigger.dev drift" });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/**
 * What the schema engine connects with, and `dispose`, which closes what the engine left open. Its shadow database
 * is a new one beside `url`'s; the stock factory given a connection string replays the migrations on the main
 * database instead.
 */
export function catalogAdapterFactory(
  url: string,
): SqlMigrationAwareDriverAdapterFactory & { dispose: () => Promise<void> } {
  const open: SqlDriverAdapter[] = [];
  const keep = (adapter: SqlDriverAdapter): SqlDriverAdapter => {
    open.push(adapter);
    return adapter;
  };
  return {
    provider: "postgres",
    adapterName: "@prisma/adapter-pg",
    connect: async () => keep(await connect(url, async () => {})),
    connectToShadowDb: async () => {
      const name = `trigger_shadow_${randomUUID().replaceAll("-", "")}`;
      const shadow = new URL(url);
      shadow.pathname = `/${name}`;
      await execute(url, `CREATE DATABASE ${name} TEMPLATE template0`);
      return keep(await connect(shadow.href, () => execute(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)));
    },
    dispose: async () => {
      for (const adapter of open) await adapter.dispose();
    },
  };
}
