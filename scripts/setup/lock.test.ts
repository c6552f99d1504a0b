import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withLock } from "./lock.mjs";

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
  lock = join(folder, "a.lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const nothing = () => {};
const modulePath = join(dirname(fileURLToPath(import.meta.url)), "lock.mjs");

/** Another process that holds the lock for `ms` and writes when it had it. */
const holder = (ms: number) =>
  spawn(process.execPath, [
    "--input-type=module",
    "-e",
    `import { appendFileSync } from "node:fs";
     const { withLock } = await import(${JSON.stringify(modulePath)});
     await withLock(${JSON.stringify(lock)}, () => {}, async () => {
       appendFileSync(${JSON.stringify(join(folder, "log"))}, "in ");
       await new Promise((done) => setTimeout(done, ${ms}));
       appendFileSync(${JSON.stringify(join(folder, "log"))}, "out ");
     });`,
  ]);
const ended = (child: ReturnType<typeof holder>) => new Promise((resolve) => child.once("exit", resolve));

describe("withLock", () => {
  it("lets one process in at a time", async () => {
    await Promise.all(Array.from({ length: 3 }, () => ended(holder(100))));
    expect(readFileSync(join(folder, "log"), "utf8")).toBe("in out in out in out ");
  });

  it("says once that it waits", async () => {
    const end = ended(holder(700));
    while (!existsSync(lock)) await sleep(20);
    let told = 0;
    await withLock(
      lock,
      () => (told += 1),
      async () => {},
    );
    expect(told).toBe(1);
    await end;
  });

  it("takes over from a process that is gone", async () => {
    const child = holder(0);
    await ended(child);
    writeFileSync(lock, String(child.pid));
    expect(await withLock(lock, nothing, async () => "mine")).toBe("mine");
  });

  it("takes over from one that stopped renewing, whoever has its number now", async () => {
    writeFileSync(lock, String(process.pid));
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(lock, longAgo, longAgo);
    expect(await withLock(lock, nothing, async () => "mine")).toBe("mine");
  });

  it("lets go when the work fails", async () => {
    await expect(withLock(lock, nothing, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await withLock(lock, nothing, async () => "next")).toBe("next");
  });
});
