import { readFile } from "node:fs/promises";
import { shellBlocks, startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildCli, createCliHome } from "./run-cli.js";

const text = await readFile(new URL("../../../docs/cli.md", import.meta.url), "utf8");
const commands = shellBlocks(text)
  .flatMap((block) => block.trim().split("\n"))
  .map((line) => line.replace(/^\w+=\$\((.*)\)$/, "$1"));

let app: TestApp;
let runId: string;
beforeAll(async () => {
  [app] = await Promise.all([startApp(), buildCli()]);
  const run = await app.api<{ id: string }>("POST", "/api/v1/tasks/hello/trigger", {
    as: app.bootstrap.environments.dev.apiKey,
    body: {},
  });
  runId = run.body.id;
  await app.api("POST", `/api/v1/projects/${app.bootstrap.project.ref}/background-workers`, {
    as: app.bootstrap.environments.dev.apiKey,
    body: { localOnly: true, metadata: { contentHash: "1", tasks: [{ id: "hello", filePath: "src/hello.ts" }] } },
  });
});
afterAll(() => app?.stop());

it.each(commands)("`%s` does what the reference says", async (command) => {
  const profile = { accessToken: app.bootstrap.personalAccessToken, apiUrl: app.origin };
  const { run } = await createCliHome({
    version: 2,
    currentProfile: "default",
    profiles: { default: profile, work: profile },
  });
  const [name, ...args] = command.replace(/run_\w+/, runId).split(" ");
  expect(name).toBe("trigger.dev");
  // Signing in takes a person; that story has a test of its own.
  const env = { TRIGGER_PROJECT_REF: app.bootstrap.project.ref };
  expect(await run(args[0] === "login" ? [...args, "--help"] : args, env)).toMatchObject({ code: 0 });
});
