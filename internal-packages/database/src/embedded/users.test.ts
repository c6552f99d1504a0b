import { chmod, chown, cp, mkdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { databasePackageDir } from "../package-dir.js";
import { makeScratchDir, query } from "../scratch-server.js";
import { findBinaries } from "./binaries.js";
import { buildHolder, startHolder } from "./holder.js";
import { initializeCluster } from "./initialize.js";
import { placeBinaries } from "./placement.js";
import { startEmbeddedPostgres } from "./start.js";
import { canEnter, chooseUser } from "./system-user.js";

const NOBODY = { uid: 65534, gid: 65534, name: "nobody" };
const isRoot = process.getuid?.() === 0;
const mode = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

let folder: string;

beforeEach(async () => {
  folder = await makeScratchDir();
  return () => rm(folder, { recursive: true, force: true });
});

it("runs as oneself when one is not root, and as somebody else when one is", async () => {
  const user = await chooseUser(null);
  expect(user === null).toBe(!isRoot);
  expect(user?.uid).not.toBe(0);
});

describe.skipIf(!isRoot)("as root", () => {
  it.skipIf(!canEnter(databasePackageDir(), NOBODY))("lets an ordinary user start, stop and take over", async () => {
    await chown(folder, NOBODY.uid, NOBODY.gid);
    const bundle = await buildHolder();
    const killed = await startHolder(bundle, folder, NOBODY.uid);
    await killed.end("SIGKILL");
    const second = await startHolder(bundle, folder, NOBODY.uid);
    expect((await stat(join(folder, "postgres/data"))).uid).toBe(NOBODY.uid);
    expect(await query(second.database.url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
    expect(await second.end("SIGTERM")).toBe(0);
    // And root after them, as the user whose data it is.
    const asRoot = await startEmbeddedPostgres({ dataDir: folder });
    expect(await query(asRoot.url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
    await asRoot.stop();
  });

  it.skipIf(!canEnter(databasePackageDir(), NOBODY))(
    "tells an ordinary user whose data it is that they may not start",
    async () => {
      await chmod(folder, 0o777);
      const { dir, stop } = await startEmbeddedPostgres({ dataDir: folder });
      await stop();
      const refused = startHolder(await buildHolder(), folder, NOBODY.uid);
      await expect(refused).rejects.toThrow(`${dir} belongs to another user, number ${(await stat(dir)).uid}.`);
    },
  );

  it("keeps the data elsewhere when its user cannot enter the data directory", async () => {
    await chmod(folder, 0o700);
    const dataDir = join(folder, "data-dir");
    await mkdir(dataDir, { mode: 0o755 });
    const first = await startEmbeddedPostgres({ dataDir });
    await query(first.url, "CREATE TABLE kept AS SELECT 7 AS n");
    await first.stop();
    expect(first.dir).not.toContain(folder);
    expect(await readFile(join(dataDir, "postgres.location"), "utf8")).toBe(`${first.dir}\n`);
    const again = await startEmbeddedPostgres({ dataDir });
    expect(again.dir).toBe(first.dir);
    expect(await query(again.url, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
    await again.stop();
    expect([await mode(folder), await mode(dataDir)]).toEqual([0o700, 0o755]);
    await rm(first.dir, { recursive: true });
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(`was in ${first.dir}, which is gone`);
  });

  it("runs a copy of the binaries when its user cannot enter the installation", async () => {
    const { dir } = await findBinaries();
    const installed = join(folder, "installed");
    await cp(dir, installed, { recursive: true, verbatimSymlinks: true });
    await chmod(folder, 0o700);
    const copy = await placeBinaries({ dir: installed, version: `test-${process.pid}` }, NOBODY);
    const cluster = await makeScratchDir();
    await chown(cluster, NOBODY.uid, NOBODY.gid);
    await initializeCluster({ cluster, binaries: copy, runAs: NOBODY, durable: false });
    expect(copy).not.toContain(folder);
    expect((await stat(join(cluster, "data/PG_VERSION"))).uid).toBe(NOBODY.uid);
    await rm(cluster, { recursive: true });
    expect(await mode(folder)).toBe(0o700);
    await rm(copy, { recursive: true });
  });
});
