import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { environmentWith, makeTempDir, repositoryRoot, startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let app: TestApp;
let folder: string;
beforeAll(async () => {
  app = await startApp();
  // What a reader's checkout looks like after `npm start`.
  folder = await makeTempDir("reader");
  await symlink(app.dataDir, join(folder, ".data"));
  await symlink(join(repositoryRoot(), "node_modules"), join(folder, "node_modules"));
  await mkdir(join(folder, "home"));
});
afterAll(async () => {
  await app.stop();
  await rm(folder, { recursive: true, force: true });
});

const read = (path: string) => readFileSync(join(repositoryRoot(), path), "utf8");

/** The shell blocks below a heading, up to the next one. */
function shellBlocks(document: string, heading: string): string[] {
  const section =
    read(document)
      .split(/^## /m)
      .find((text) => text.startsWith(heading)) ?? "";
  return [...section.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block);
}

/** Runs a script as the reader's shell would, and answers its standard output. */
const shell = (script: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const env = environmentWith({ HOME: join(folder, "home"), XDG_CONFIG_HOME: join(folder, "home"), NO_COLOR: "1" });
    execFile("bash", ["-eu", "-o", "pipefail", "-c", script], { cwd: folder, env }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`${error.message}\n${stdout}\n${stderr}`)),
    );
  });

/** Where `jq` is missing, what the README names in its stead. */
const WITHOUT_JQ = `command -v jq > /dev/null || jq() { node -p 'JSON.parse(require("fs").readFileSync(0)).token'; }\n`;

describe("the README's walk", () => {
  it("works as it is typed", async () => {
    const blocks = shellBlocks("README.md", "Mint, use, exchange");
    expect(blocks).toHaveLength(2);
    const script = blocks
      .join("\n")
      .replaceAll("http://127.0.0.1:3030", app.origin)
      .replaceAll("curl ", "curl -s -w '\\n%{http_code}\\n' ");
    // Only the exchange is piped on; its status would stand in the way.
    const output = await shell(WITHOUT_JQ + script.replace(/(JWT=\$\(curl -s) -w '[^']*'/, "$1"));
    expect(output).toContain(app.bootstrap.project.ref);
    expect(output.match(/^\d{3}$/gm)).toEqual(["200", "200", "403"]);
    expect(output).toContain("trigger:tasks");
    expect(output).not.toMatch(/tr_(uat|pat)_/);
  });
});

describe("the operator's commands in the documentation", () => {
  const commands = ["docs/getting-started.md", "docs/hosting.md"].flatMap((document) =>
    [...read(document).matchAll(/npm run (?:-s )?admin -- ([a-z][^`\n]*)/g)].map(([, line = ""]) => line.trim()),
  );
  const words = (line: string) =>
    [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");

  it("all work, in their order", async () => {
    const minted = await app.api<{ id: string }>("POST", "/api/v1/auth/user-actor-token", {
      as: app.bootstrap.personalAccessToken,
    });
    expect(commands.length).toBeGreaterThan(10);
    for (const line of commands) {
      const args = words(line.replace("uat_…", minted.body.id).replace("env_…", app.bootstrap.environments.prod.id));
      await expect(app.admin(...args.filter((word) => word !== "--json")), line).resolves.toBeTypeOf("object");
    }
  });
});
