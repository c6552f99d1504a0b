import { spawnSync } from "node:child_process";
import { mkdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeScratchDir, query } from "../scratch-server.js";
import { buildHolder, type Holder, startHolder } from "./holder.js";
import { isAlive } from "./process-identity.js";
import { connectRunning, type EmbeddedPostgres, startEmbeddedPostgres } from "./start.js";

let bundle: string;
/** A data directory with an empty cluster, to copy: making one takes longest. */
let prepared: string;
let dataDir: string;
let ours: EmbeddedPostgres | undefined;
let theirs: Holder | undefined;

const start = async (): Promise<EmbeddedPostgres> => (ours = await startEmbeddedPostgres({ dataDir }));
const hold = async (): Promise<Holder> => (theirs = await startHolder(bundle, dataDir));

beforeAll(async () => {
  bundle = await buildHolder();
  prepared = await makeScratchDir();
  const { stop } = await startEmbeddedPostgres({ dataDir: prepared });
  await stop();
});

afterAll(() => rm(prepared, { recursive: true, force: true }));

beforeEach(async () => {
  dataDir = await makeScratchDir();
  spawnSync("cp", ["-a", join(prepared, "postgres"), dataDir]);
  return async () => {
    await ours?.stop();
    await theirs?.end("SIGTERM");
    ours = undefined;
    theirs = undefined;
    await rm(dataDir, { recursive: true, force: true });
  };
});

it("keeps what was committed over a stop and a start", async () => {
  const first = await start();
  await query(first.url, "CREATE TABLE kept AS SELECT 7 AS n");
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);
  const again = await start();
  expect(await query(again.url, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
});

it("holds in memory after a start what it held before the stop", async () => {
  const held = await start();
  await query(held.url, "CREATE TABLE held AS SELECT n, repeat('x', 500) AS text FROM generate_series(1, 20000) n");
  await query(held.url, "SELECT sum(n) FROM held");
  await held.stop();
  const { length: logged } = await readFile(join(held.dir, "log"));
  const { url, dir } = await start();
  await expect
    .poll(async () => (await readFile(join(dir, "log"))).subarray(logged).toString(), { timeout: 20_000 })
    .toMatch(/autoprewarm successfully prewarmed \d+/);
  const plan = await query(url, "EXPLAIN (ANALYZE, BUFFERS) SELECT sum(n) FROM held");
  expect(JSON.stringify(plan)).toMatch(/Seq Scan on held.*shared hit=\d{4}/);
  expect(JSON.stringify(plan)).not.toMatch(/Seq Scan on held.*shared hit=\d+ read=/);
});

it("forces every commit to disk, sorts alike everywhere, and asks for a password", async () => {
  const { url, dir } = await start();
  const [settings] = await query(
    url,
    `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
            current_setting('server_encoding') AS encoding, current_setting('data_checksums') AS checksums,
            (SELECT datlocale FROM pg_database WHERE datname = current_database()) AS locale`,
  );
  expect(settings).toEqual({ fsync: "on", commit: "on", encoding: "UTF8", checksums: "on", locale: "C.UTF-8" });
  const withoutPassword = new URL(url);
  withoutPassword.password = "wrong";
  await expect(query(withoutPassword.href, "SELECT 1")).rejects.toThrow("password authentication failed");
  expect((await stat(join(dir, "password"))).mode & 0o777).toBe(0o600);
});

it("holds a part of the memory itself, between 128 MB and 8 GB", async () => {
  const { url } = await start();
  const [held] = await query<{ mib: number }>(
    url,
    "SELECT (pg_size_bytes(current_setting('shared_buffers')) / 1048576)::int AS mib",
  );
  const share = Math.floor(totalmem() / 4 / 1_048_576);
  expect(held?.mib).toBeGreaterThanOrEqual(128);
  // A container may leave it less.
  expect(held?.mib).toBeLessThanOrEqual(Math.max(128, Math.min(8_192, share)));
});

it("stops within five seconds though a transaction is open", async () => {
  const { url, stop } = await start();
  const client = new Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  await client.query("BEGIN; CREATE TABLE open_one (id int)");
  const began = Date.now();
  await stop();
  expect(Date.now() - began).toBeLessThan(5000);
});

it("says who holds a data directory in use", async () => {
  const { pid, database } = await hold();
  await expect(start()).rejects.toThrow(`${dataDir} is in use by another server, process ${pid}.`);
  expect(await query(database.url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
});

it("refuses a second start in the same process too", async () => {
  await start();
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(`process ${process.pid}`);
});

it("lets one of several win who find a dead one's lock at the same time", async () => {
  await writeFile(join(dataDir, "server.lock"), `${process.ppid}\nlong ago\n`);
  const results = await Promise.allSettled(Array.from({ length: 4 }, () => startHolder(bundle, dataDir)));
  const started = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const refusals = results.flatMap((result) => (result.status === "rejected" ? [String(result.reason)] : []));
  [theirs] = started;
  expect(started).toHaveLength(1);
  expect(refusals).toEqual(Array(3).fill(expect.stringContaining(`another server, process ${started[0]?.pid}`)));
});

it("shows others the running database, and nothing once it has stopped", async () => {
  expect(await connectRunning({ dataDir })).toBeNull();
  const { database, end } = await hold();
  expect(await connectRunning({ dataDir })).toEqual({ url: database.url });
  expect(await end("SIGTERM")).toBe(0);
  expect(await connectRunning({ dataDir })).toBeNull();
});

it("survives an interrupt of its owner's process group", async () => {
  const { pid, database } = await hold();
  process.kill(-pid, "SIGINT");
  expect(await query(database.url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
  expect(isAlive(database.pid)).toBe(true);
});

describe("after kill -9", () => {
  it("takes over from the server that was left running", async () => {
    const { database, end } = await hold();
    await query(database.url, "CREATE TABLE kept AS SELECT 7 AS n");
    await end("SIGKILL");
    expect(isAlive(database.pid)).toBe(true);
    // Also by another name of the same folder.
    const alias = `${dataDir}-alias`;
    await symlink(dataDir, alias);
    const again = (ours = await startEmbeddedPostgres({ dataDir: alias }));
    await rm(alias);
    expect(isAlive(database.pid)).toBe(false);
    expect(await query(again.url, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
  });

  it("recovers when the database was killed with its owner", async () => {
    const { database, end } = await hold();
    await query(database.url, "CREATE TABLE kept AS SELECT 7 AS n");
    process.kill(database.pid, "SIGKILL");
    await end("SIGKILL");
    const again = await start();
    expect(await query(again.url, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
  });

  it("is not held up by process numbers that now belong to others", async () => {
    const { dir, stop } = await start();
    await stop();
    // The test runner itself is alive, is no database and did not start when this says.
    await writeFile(join(dataDir, "server.lock"), `${process.ppid}\nlong ago\n`);
    await writeFile(join(dir, "data", "postmaster.pid"), `${process.ppid}\n${dir}/data\n1\n5432\n\n\n\nready\n`);
    const { url } = await start();
    expect(await query(url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
  });

  it("begins a set-up anew that was cut short", async () => {
    await rm(join(dataDir, "postgres"), { recursive: true });
    await mkdir(join(dataDir, "postgres", "data.new"), { recursive: true });
    await writeFile(join(dataDir, "postgres", "data.new", "PG_VERSION"), "18\n");
    const { url } = await start();
    expect(await query(url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
  });
});

it("says in the log's words why the server does not start", async () => {
  const { dir, stop } = await start();
  await stop();
  const version = await readFile(join(dir, "data", "PG_VERSION"), "utf8");
  await writeFile(join(dir, "data", "PG_VERSION"), "9\n");
  await expect(start()).rejects.toThrow("initialized by PostgreSQL version 9");
  await writeFile(join(dir, "data", "PG_VERSION"), version);
});
