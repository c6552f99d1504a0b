import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, chownSync, constants, statSync } from "node:fs";
import { chmod, mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Bootstrap, environmentWith, freePort, makeTempDir, repositoryRoot, startApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/** Whether an account that owns nothing can read the checkout. */
function isOpen(): boolean {
  try {
    for (let dir = repositoryRoot(); ; dir = dirname(dir)) {
      accessSync(dir, constants.X_OK);
      if ((statSync(dir).mode & 0o005) !== 0o005) return false;
      if (dir === dirname(dir)) return true;
    }
  } catch {
    return false;
  }
}

let dir: string;
beforeAll(async () => {
  dir = await makeTempDir("account");
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe("the server", () => {
  it("starts on a data directory that only this account can enter", async () => {
    const dataDir = join(dir, "private", "data");
    await mkdir(dataDir, { recursive: true });
    await chmod(join(dir, "private"), 0o700);
    const app = await startApp({ dataDir, databaseUrl: null });
    expect((await app.api("GET", "/healthcheck")).status).toBe(200);
    expect(await app.stop()).toBe(0);
    const again = await startApp({ dataDir, databaseUrl: null });
    expect(again.bootstrap).toEqual(app.bootstrap);
    expect(await again.stop()).toBe(0);
  });

  // As root, in a checkout that others can read, an ordinary account can be had; else the suite itself is one.
  it.runIf(isRoot && isOpen())("runs as an ordinary account, without a home", async () => {
    const dataDir = join(dir, "nobodys");
    await mkdir(dataDir);
    await chmod(dir, 0o755);
    chownSync(dataDir, NOBODY, NOBODY);
    const port = await freePort();
    const child = spawn(process.execPath, [join(repositoryRoot(), "scripts/start.mjs")], {
      cwd: dataDir,
      uid: NOBODY,
      gid: NOBODY,
      env: environmentWith({ HOME: "/nonexistent", DATA_DIR: dataDir, HOST: "127.0.0.1", PORT: String(port) }),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let written = "";
    const ended = once(child, "exit");
    const ready = new Promise<void>((resolve) => {
      const collect = (bytes: Buffer) => {
        written += bytes.toString("utf8");
        if (/^ready /m.test(written)) resolve();
      };
      child.stdout.on("data", collect);
      child.stderr.on("data", collect);
    });
    await Promise.race([ready, ended]);
    expect(written).toContain("ready ");
    const { personalAccessToken }: Bootstrap = JSON.parse(await readFile(join(dataDir, "bootstrap.json"), "utf8"));
    const answer = await fetch(`http://127.0.0.1:${port}/api/v2/whoami`, {
      headers: { authorization: `Bearer ${personalAccessToken}` },
    });
    expect(answer.status).toBe(200);
    child.kill("SIGTERM");
    expect((await ended)[0]).toBe(0);
  });
});
