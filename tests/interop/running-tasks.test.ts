import { type ChildProcess, execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Reader, repositoryRoot, shellBlocks, startApp, startReader, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const document = readFileSync(join(repositoryRoot(), "docs/running-tasks.md"), "utf8");
/** The steps: the sections that have commands. */
const headings = [...document.matchAll(/^## (.+)$/gm)]
  .map(([, heading = ""]) => heading)
  .filter((heading) => shellBlocks(document, heading).length > 0);
const script = (heading: string) => shellBlocks(document, heading).join("\n");

/** The reader's home is another one than ours, their npm the same. */
const npmSettings = () =>
  ["userconfig", "cache"].map((name) => {
    const value = execFileSync("npm", ["config", "get", name], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return `export npm_config_${name}='${value.trim()}' npm_config_update_notifier=false npm_config_prefer_offline=true`;
  });

const READY_MS = 150_000;
const [sayWho = "", makeProject = "", execute = "", trigger = "", fail = ""] = headings;

let app: TestApp;
let reader: Reader;
let variables: string;
let dev: ChildProcess | undefined;

/** A shell in the folder of step 2, with the variables of step 1. */
const inProject = (commands: string) => `${variables}\ncd ~/my-tasks\n${commands}`;

beforeAll(async () => {
  app = await startApp();
  reader = await startReader(app);
  variables = [...npmSettings(), script(sayWho)].join("\n");
});

afterAll(async () => {
  if (dev?.pid !== undefined && dev.exitCode === null && dev.signalCode === null) {
    const exited = once(dev, "exit");
    // The shell, npx and the command: all of the terminal, as Ctrl-C ends them.
    process.kill(-dev.pid, "SIGINT");
    const timer = setTimeout(() => dev?.pid !== undefined && process.kill(-dev.pid, "SIGKILL"), 10_000);
    await exited;
    clearTimeout(timer);
  }
  await app?.stop();
  await reader?.stop();
});

describe("docs/running-tasks.md", () => {
  it("has every command in a step that is run here", () => {
    expect(headings).toHaveLength(5);
    expect(shellBlocks(document)).toEqual(headings.flatMap((heading) => shellBlocks(document, heading)));
    expect(document).toContain("npx --yes trigger.dev@4.8.3 dev\n");
  });

  it("makes a project in an empty folder, whose tasks the published dev executes", async () => {
    await reader.shell(`${variables}\n${script(makeProject)}`);
    dev = reader.start(inProject(script(execute)));
    let written = "";
    dev.stdout?.on("data", (chunk: Buffer) => (written += chunk.toString("utf8")));
    dev.stderr?.on("data", (chunk: Buffer) => (written += chunk.toString("utf8")));
    for (const end = Date.now() + READY_MS; !written.includes("Local worker ready"); await sleep(200)) {
      if (Date.now() > end || dev.exitCode !== null) break;
    }
    expect(written).toContain("Local worker ready");
  });

  it("triggers the task with the command and the SDK, and shows what became of it", async () => {
    const written = await reader.shell(inProject(script(trigger)));
    expect(written).toContain("Hello, Ada!");
    expect(written).toMatch(/COMPLETED \{ greeting: 'Hello, Grace!' \}/);
  });

  it("shows the failure of a run", async () => {
    const written = await reader.shell(inProject(script(fail)));
    expect(written).toContain("TypeError: Nobody to greet");
    expect(written).toContain("src/trigger/hello.ts");
    expect(written).toContain("exit code 1");
    const [listed = "", trace = ""] = written.slice(written.indexOf("Listing runs")).split(/(?=\{"trace":)/);
    expect(listed.match(/\bCOMPLETED\b/g)).toHaveLength(2);
    expect(listed.match(/\bFAILED\b/g)).toHaveLength(1);
    for (const said of ["Attempt 1", "Greeting", "Nobody to greet"]) expect(trace).toContain(said);
  });
});
