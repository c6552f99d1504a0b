import { readFile } from "node:fs/promises";
import { shellBlocks, startApp, startFailingWorker, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildCli, createCliHome } from "./run-cli.js";

const text = await readFile(new URL("../../../docs/cli.md", import.meta.url), "utf8");
const commands = shellBlocks(text)
  .flatMap((block) => block.trim().split("\n"))
  .map((line) => line.replace(/^\w+=\$\((.*)\)$/, "$1"));

let app: TestApp;
let runId: string;
let errorId: string | undefined;
beforeAll(async () => {
  [app] = await Promise.all([startApp({ env: { RBAC_PLUGIN: "@trigger.dev/rbac-roles" } }), buildCli()]);
  await app.admin("user", "create", "--email", "lin@example.com");
  await app.admin("member", "add", "--org", app.bootstrap.organization.slug, "--email", "lin@example.com");
  const run = await app.api<{ id: string }>("POST", "/api/v1/tasks/hello/trigger", {
    as: app.bootstrap.environments.dev.apiKey,
    body: {},
  });
  runId = run.body.id;
  const { apiKey } = app.bootstrap.environments.dev;
  const worker = await startFailingWorker(app.origin, { ref: app.bootstrap.project.ref, apiKey });
  await worker.fail({
    type: "BUILT_IN_ERROR",
    name: "TypeError",
    message: "no name",
    stackTrace: "TypeError: no name",
  });
  while (errorId === undefined) {
    const { body } = await app.api<{ data: { id: string }[] }>("GET", "/api/v1/errors", { as: apiKey });
    errorId = body.data[0]?.id;
  }
});
afterAll(() => app?.stop());

it.each(commands)("`%s` does what the reference says", async (command) => {
  const profile = { accessToken: app.bootstrap.personalAccessToken, apiUrl: app.origin };
  const { run } = await createCliHome({
    version: 2,
    currentProfile: "default",
    profiles: { default: profile, work: profile },
  });
  const [name, ...args] = command
    .replace(/run_\w+/, runId)
    .replace(/error_\w+/, errorId ?? "")
    .split(" ");
  expect(name).toBe("trigger.dev");
  // Signing in takes a person; that story has a test of its own.
  const env = { TRIGGER_PROJECT_REF: app.bootstrap.project.ref };
  expect(await run(args[0] === "login" ? [...args, "--help"] : args, env)).toMatchObject({ code: 0 });
});
