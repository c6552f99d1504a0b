import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { files, root } from "./files.js";

const CONFIG = join(root, ".dependency-cruiser.cjs");
const COMMAND = join(root, "node_modules/.bin/depcruise");

interface Answer {
  code: number;
  output: string;
}

const cruise = (cwd: string, folders: string[]): Promise<Answer> =>
  new Promise((resolve) => {
    execFile(
      COMMAND,
      ["--config", CONFIG, "--output-type", "err", ...folders],
      { cwd, maxBuffer: 1 << 24 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    );
  });

const folders = new Set(
  files().flatMap((path) => /^((apps|packages|internal-packages)\/[^/]+)\/package\.json$/.exec(path)?.[1] ?? []),
);
const elsewhere = mkdtempSync(join(tmpdir(), "imports-"));
afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

/** A checkout with nothing in it but one module that imports another. */
async function withImport(from: string, to: string): Promise<Answer> {
  const dir = mkdtempSync(join(elsewhere, "checkout-"));
  for (const [path, text] of [
    [from, `import "${"../".repeat(from.split("/").length - 1)}${to.replace(/\.ts$/, ".js")}";\n`],
    [to, "export const answer = 42;\n"],
  ] as const) {
    mkdirSync(join(dir, dirname(path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  copyFileSync(join(root, "tsconfig.base.json"), join(dir, "tsconfig.base.json"));
  return cruise(dir, [from, to]);
}

describe("imports", () => {
  it("run one way in the whole house", async () => {
    const present = ["apps", "packages", "internal-packages", "tests", "bench"].filter((name) =>
      files().some((path) => path.startsWith(`${name}/`)),
    );
    expect(await cruise(root, present)).toMatchObject({ code: 0 });
  });

  it("are ruled for every package", async () => {
    const rules: unknown = (await import(CONFIG)).default;
    for (const folder of folders) expect(JSON.stringify(rules)).toContain(`^${folder}/`);
  });

  it.each([
    ["packages/core/src/a.ts", "packages/plugins/src/b.ts"],
    ["packages/cli-v3/src/a.ts", "internal-packages/database/src/b.ts"],
    ["internal-packages/database/src/a.ts", "packages/core/src/b.ts"],
    ["internal-packages/rbac/src/a.ts", "apps/webapp/app/b.ts"],
    ["apps/webapp/app/a.ts", "internal-packages/testing/src/b.ts"],
  ])("from %s to %s are refused", async (from, to) => {
    const { code, output } = await withImport(from, to);
    expect(output).toContain("error");
    expect(code).not.toBe(0);
  });

  it("from a package to one below it are allowed", async () => {
    expect(await withImport("packages/plugins/src/a.ts", "packages/core/src/b.ts")).toMatchObject({ code: 0 });
  });
});
