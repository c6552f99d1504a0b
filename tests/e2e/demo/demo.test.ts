import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { environmentWith, makeTempDir, repositoryRoot } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let temp: string;
beforeAll(async () => {
  temp = await makeTempDir("demo-test");
});
afterAll(() => rm(temp, { recursive: true, force: true }));

/** Any whole credential of any kind. */
const CREDENTIAL = /tr_(?:pat|uat|dev|stg|prod|preview)_[\w.-]{12,}|eyJ[\w-]+\.[\w-]+\./;

function startDemo(env: Record<string, string> = {}): { child: ChildProcess; output: () => string } {
  const child = spawn("npm", ["run", "-s", "demo"], {
    cwd: repositoryRoot(),
    env: environmentWith({ TMPDIR: temp, ...env }),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let written = "";
  const collect = (bytes: Buffer) => (written += bytes.toString("utf8"));
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  return { child, output: () => written };
}

const closed = async (child: ChildProcess): Promise<unknown> => (await once(child, "close"))[0];

/** The processes of which the command line names our temporary folder, as a server's and a database's do. */
async function processesIn(folder: string): Promise<string[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const read = async (id: string) => {
    const [line, environ] = await Promise.all(
      ["cmdline", "environ"].map((name) => readFile(`/proc/${id}/${name}`, "utf8").catch(() => "")),
    );
    return line?.includes(folder) || environ?.includes(`DATA_DIR=${folder}`) ? [line ?? ""] : [];
  };
  return (await Promise.all(ids.map(read))).flat();
}

async function expectNothingLeft() {
  expect(await readdir(temp)).toEqual([]);
  if (process.platform === "linux") expect(await processesIn(temp)).toEqual([]);
}

// Like `npm start` it builds what is stale.
describe.sequential("npm run demo", { timeout: 300_000 }, () => {
  it("walks the main job, shows no whole credential, and leaves nothing behind", async () => {
    const { child, output } = startDemo();
    expect(await closed(child), output()).toBe(0);
    for (const shown of [
      "$ trigger.dev whoami",
      "$ UAT=$(trigger.dev mint-token --ttl 3600 --cap read:runs)",
      "$ORIGIN/api/v1/projects/$REF/dev/jwt",
      "trigger:tasks:hello",
      "$ORIGIN/api/v1/runs",
      "/api/v1/auth/tokens/$ID",
      "TypeError: Cannot read properties of undefined (reading 'name')",
      "$ TRIGGER_ACCESS_TOKEN=$AGENT trigger.dev errors list --env dev -p $REF --status unresolved",
      "$ TRIGGER_ACCESS_TOKEN=$AGENT trigger.dev errors resolve $ERROR --env dev -p $REF",
    ])
      expect(output()).toContain(shown);
    expect(
      output()
        .match(/^ {2}\d{3}$/gm)
        ?.map(Number),
    ).toEqual([200, 200, 401, 403, 200, 403, 200, 200, 200, 200, 204, 401, 401]);
    expect(output()).not.toMatch(CREDENTIAL);
    expect(output()).not.toContain("\u001B[");
    await expectNothingLeft();
  });

  it("fails with a sentence as soon as something is not as it says", async () => {
    const broken = `globalThis.fetch = async () => new Response("{}", { status: 500 })`;
    const { child, output } = startDemo({
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(broken)}`,
    });
    expect(await closed(child)).toBe(1);
    expect(output().trimEnd()).toMatch(/`curl [^`]*\/api\/v2\/whoami` answered 500 and not 200\.$/);
    await expectNothingLeft();
  });

  it("leaves nothing behind on Ctrl-C either", async () => {
    const { child, output } = startDemo();
    while (!output().includes("$ trigger.dev whoami")) await sleep(20);
    process.kill(-(child.pid ?? 0), "SIGINT");
    await closed(child);
    while ((await readdir(temp)).length > 0) await sleep(50);
    expect(output()).not.toContain("Exchange it");
    await expectNothingLeft();
  });
});
