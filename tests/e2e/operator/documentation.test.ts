import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Reader,
  repositoryRoot,
  shellBlocks,
  startApp,
  startReader,
  statusesTold,
  tellingStatuses,
  type TestApp,
} from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let app: TestApp;
let reader: Reader;
beforeAll(async () => {
  app = await startApp();
  reader = await startReader(app);
});
afterAll(async () => {
  await app.stop();
  await reader.stop();
});

const read = (path: string) => readFileSync(join(repositoryRoot(), path), "utf8");

describe("the README's walk", () => {
  it("works as it is typed", async () => {
    const blocks = shellBlocks(read("README.md"), "Mint, use, exchange");
    expect(blocks).toHaveLength(2);
    const output = await reader.shell(tellingStatuses(blocks.join("\n")));
    expect(output).toContain(app.bootstrap.project.ref);
    expect(statusesTold(output)).toEqual(["200", "200", "403"]);
    expect(output).toContain("trigger:tasks");
    expect(output).not.toMatch(/tr_(uat|pat)_/);
  });
});

describe("the operator's commands in the documentation", () => {
  const commands = ["docs/getting-started.md", "docs/hosting.md", "docs/audit.md"].flatMap((document) =>
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
