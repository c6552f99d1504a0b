import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findProjectRef } from "../src/project-ref.js";
import { buildCli, createCliHome } from "./run-cli.js";
import { startThrowawayServer } from "./throwaway-server.js";

let app: TestApp;
let home: Awaited<ReturnType<typeof createCliHome>>;
const cli = (...args: string[]) =>
  home.run([...args, "--env", "dev"], { TRIGGER_PROJECT_REF: app.bootstrap.project.ref });

beforeAll(async () => {
  const [started] = await Promise.all([startApp(), buildCli()]);
  app = started;
  home = await createCliHome({
    version: 2,
    currentProfile: "default",
    profiles: { default: { accessToken: app.bootstrap.personalAccessToken, apiUrl: app.origin } },
  });
});
afterAll(() => app?.stop());

const trigger = async (...args: string[]): Promise<string> =>
  (await cli("tasks", "trigger", "hello", ...args)).stdout.trim();

describe("tasks trigger", () => {
  it("prints the run's id, and nothing else", async () => {
    const { code, stdout, stderr } = await cli("tasks", "trigger", "hello", "--payload", '{"name":"Ada"}');
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^run_\w{24}\n$/);
  });

  it("hands on the options", async () => {
    const first = await trigger("--tag", "a", "--tag", "b,c", "--ttl", "1h", "--delay", "1h", "--idempotency-key", "k");
    expect(await trigger("--idempotency-key", "k")).toBe(first);
    const { stdout } = await cli("runs", "get", first, "--json");
    expect(JSON.parse(stdout)).toMatchObject({ status: "DELAYED", tags: ["a", "b,c"], ttl: "1h" });
  });

  it.each([
    ["COMPLETED", { output: { greeting: "Hello Ada" } }, 0, ""],
    ["FAILED", { error: { name: "TypeError", message: "no name" } }, 1, "Error: The run ended as FAILED.\n"],
  ])("waits until the run is over, and exits by its being %s", async (status, result, code, stderr) => {
    const id = await trigger();
    const run = JSON.parse((await cli("runs", "get", id, "--json")).stdout);
    const over = { ...run, ...result, status, isCompleted: true, isSuccess: status === "COMPLETED" };
    let reads = 0;
    const server = await startThrowawayServer(({ url = "" }) => {
      if (url.endsWith("/jwt"))
        return { body: { token: "eyJ.a.b", scopes: [], deniedScopes: [], expiresAt: run.createdAt } };
      return { body: url.endsWith("/trigger") ? { id } : ++reads < 3 ? run : over };
    });
    const args = ["tasks", "trigger", "hello", "-p", "proj_a", "--wait", "-a", server.origin];
    const env = { TRIGGER_ACCESS_TOKEN: "tr_pat_example" };
    const drawn = await home.run(args, env);
    expect(drawn).toMatchObject({ code, stderr, stdout: expect.stringMatching(new RegExp(`Status +${status}`)) });
    expect(reads).toBe(3);
    expect(drawn.stdout).toMatch(/Hello Ada|TypeError: no name/);
    expect(JSON.parse((await home.run([...args, "--json"], env)).stdout)).toEqual(over);
    server.stop();
  });

  it("is a wrong call with a payload that is no JSON, and in no such environment", async () => {
    expect(await cli("tasks", "trigger", "hello", "--payload", "{name:")).toMatchObject({ code: 2, stdout: "" });
    expect(await home.run(["tasks", "trigger", "hello", "--env", "moon"])).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("tasks list", () => {
  it("prints what the worker registered, and says where there is none", async () => {
    expect(await cli("tasks", "list")).toMatchObject({ code: 1, stdout: "", stderr: "Error: Worker not found\n" });
    const metadata = { contentHash: "1", tasks: [{ id: "hello", filePath: "src/hello.ts" }] };
    const { status } = await app.api("POST", `/api/v1/projects/${app.bootstrap.project.ref}/background-workers`, {
      as: app.bootstrap.environments.dev.apiKey,
      body: { localOnly: true, metadata },
    });
    expect(status).toBe(200);
    expect((await cli("tasks", "list")).stdout).toMatch(/^Task\tFile\tVersion\nhello\tsrc\/hello\.ts\t\d{8}\.1\n$/);
    expect(JSON.parse((await cli("tasks", "list", "--json")).stdout)).toMatchObject({ tasks: [{ slug: "hello" }] });
  });
});

describe("runs", () => {
  it("are listed by task, tag and status, as a table and as JSON", async () => {
    const id = await trigger("--tag", "listed");
    const { code, stdout } = await cli(
      "runs",
      "list",
      "--tag",
      "listed",
      "--status",
      "queued,failed",
      "--task",
      "hello",
    );
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "ID\tTask\tStatus\tVersion\tCreated\tTags",
      expect.stringMatching(new RegExp(`^${id}\\thello\\tQUEUED\\t\\t\\S+\\tlisted$`)),
      "",
    ]);
    expect(JSON.parse((await cli("runs", "list", "--tag", "listed", "--json")).stdout)).toMatchObject([{ id }]);
    expect(JSON.parse((await cli("runs", "list", "--limit", "1", "--json")).stdout)).toHaveLength(1);
    const nothing = await cli("runs", "list", "--tag", "nobodys");
    expect(nothing).toMatchObject({ code: 0, stderr: "There is no such run in dev.\n" });
  });

  it("are printed one by one", async () => {
    const id = await trigger("--payload", '{"name":"Ada"}', "--tag", "one");
    const { code, stdout } = await cli("runs", "get", id);
    expect(code).toBe(0);
    for (const line of [id, "QUEUED", '{"name":"Ada"}', "one"]) expect(stdout).toContain(line);
    expect(await cli("runs", "get", "run_aaaaaaaaaaaaaaaaaaaaaaaa")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: "Error: Run not found\n",
    });
  });

  it("are cancelled, and whoever waits for one is told", async () => {
    const waited = ["tasks", "trigger", "hello", "--idempotency-key", "cancelled"];
    const id = (await cli(...waited)).stdout.trim();
    const waiting = cli(...waited, "--wait");
    expect(await cli("runs", "cancel", id)).toMatchObject({ code: 0, stderr: "", stdout: `${id}\n` });
    expect(await waiting).toMatchObject({ code: 1, stderr: "Error: The run ended as CANCELED.\n" });
  });

  it("are replayed", async () => {
    const id = await trigger("--payload", "7");
    const replayed = await cli("runs", "replay", id);
    expect(replayed).toMatchObject({ code: 0, stderr: "" });
    expect(replayed.stdout.trim()).not.toBe(id);
    expect(JSON.parse((await cli("runs", "get", replayed.stdout.trim(), "--json")).stdout)).toMatchObject({
      payload: 7,
    });
  });

  it("stay within the cap of the token that asks", async () => {
    const id = await trigger();
    const { stdout } = await home.run(["mint-token", "--cap", "read:runs"]);
    const env = { TRIGGER_ACCESS_TOKEN: stdout.trim(), TRIGGER_PROJECT_REF: app.bootstrap.project.ref };
    const asAgent = (...args: string[]) => home.run([...args, "--env", "dev", "-a", app.origin], env);
    expect((await asAgent("runs", "get", id)).code).toBe(0);
    expect((await asAgent("runs", "list")).code).toBe(0);
    for (const args of [
      ["runs", "replay", id],
      ["tasks", "trigger", "hello"],
    ])
      expect(await asAgent(...args)).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("scope") });
  });
});

describe("the project", () => {
  it("is the option's, the variable's or the folder's", async () => {
    const folder = await mkdtemp(join(tmpdir(), "project-"));
    await expect(findProjectRef(undefined, folder)).rejects.toThrow(/--project-ref/);
    await writeFile(join(folder, "trigger.config.ts"), 'export default defineConfig({ project: "proj_abc123" });\n');
    expect(await findProjectRef(undefined, folder)).toBe("proj_abc123");
    expect(await findProjectRef("proj_other", folder)).toBe("proj_other");
  });

  it("that is not there is an explanation", async () => {
    const answer = await home.run(["runs", "list", "-p", "proj_aaaaaaaaaaaaaaaaaaaaaaaa"]);
    expect(answer).toMatchObject({ code: 1, stdout: "", stderr: "Error: Project not found\n" });
  });
});
