import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBufferedOutput } from "./buffered-output.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "output-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Both ends of a pipe; neither blocks. */
function openPipe(): { reader: number; writer: number } {
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { reader, writer: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK) };
}

const took = (work: () => void): number => {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
};

const lines = (from: number, count: number) => Array.from({ length: count }, (_, index) => `line ${from + index} é\n`);

describe("a buffered output", () => {
  it("writes every line once and in order, what waits at the end too", async () => {
    const path = join(folder, "log");
    const file = openSync(path, "w");
    const output = createBufferedOutput(file);
    for (const line of lines(0, 2_000)) output.write(line);
    await expect.poll(() => readFileSync(path, "utf8")).toBe(lines(0, 2_000).join(""));
    output.write("last\n");
    output.end();
    output.write("too late\n");
    closeSync(file);
    expect(readFileSync(path, "utf8")).toBe(`${lines(0, 2_000).join("")}last\n`);
  });

  it("writes few lines after a moment", async () => {
    const path = join(folder, "log");
    const file = openSync(path, "w");
    const output = createBufferedOutput(file);
    output.write("one\n");
    await expect.poll(() => readFileSync(path, "utf8")).toBe("one\n");
    output.end();
    closeSync(file);
  });

  it("ends at once when the reader went while lines waited", () => {
    const { reader, writer } = openPipe();
    const output = createBufferedOutput(writer);
    output.write("never tried\n");
    closeSync(reader);
    expect(took(() => output.end())).toBeLessThan(500);
    closeSync(writer);
  });

  it("drops lines from when the reader went", async () => {
    const { reader, writer } = openPipe();
    const output = createBufferedOutput(writer);
    closeSync(reader);
    for (const line of lines(0, 10_000)) output.write(line);
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const line of lines(0, 10_000)) output.write(line);
    expect(took(() => output.end())).toBeLessThan(500);
    closeSync(writer);
  });

  it("waits a moment, and not longer, for a reader that is behind", () => {
    const { reader, writer } = openPipe();
    const output = createBufferedOutput(writer);
    for (const line of lines(0, 20_000)) output.write(line);
    const ms = took(() => output.end());
    expect(ms).toBeGreaterThan(900);
    expect(ms).toBeLessThan(3_000);
    closeSync(reader);
    closeSync(writer);
  });

  it("loses nothing to a reader that was behind", async () => {
    const { reader, writer } = openPipe();
    const output = createBufferedOutput(writer);
    const sent = lines(0, 20_000).join("");
    for (const line of lines(0, 20_000)) output.write(line);
    let read = Buffer.alloc(0);
    await expect
      .poll(
        () => {
          const chunk = Buffer.alloc(65_536);
          try {
            read = Buffer.concat([read, chunk.subarray(0, readSync(reader, chunk))]);
          } catch {
            // Nothing there yet.
          }
          return read.length;
        },
        { timeout: 20_000, interval: 5 },
      )
      .toBe(Buffer.byteLength(sent));
    expect(read.toString()).toBe(sent);
    output.end();
    closeSync(reader);
    closeSync(writer);
  });
});
