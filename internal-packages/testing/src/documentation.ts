import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { environmentWith } from "./app-process.js";
import type { TestApp } from "./app.js";
import { repositoryRoot } from "./repository.js";
import { makeTempDir } from "./test-server.js";

/** The shell blocks of a Markdown text: all of them, or those below one of its `## ` headings. */
export function shellBlocks(markdown: string, heading?: string): string[] {
  const sections = markdown.split(/^## /m);
  const section = heading === undefined ? markdown : (sections.find((text) => text.startsWith(heading)) ?? "");
  return [...section.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block);
}

/** The script with every `curl` that stands alone writing the status of its answer on a line of its own. */
export const tellingStatuses = (script: string): string =>
  script.replaceAll(/^curl (?!.*\|)/gm, "curl -s -w '\\n%{http_code}\\n' ");

/** The statuses that the comments at the end of such lines say: `curl … # 403, names the scope`. */
export const statusesSaid = (script: string): string[] =>
  [...script.matchAll(/^curl (?!.*\|).*# (\d{3})\b/gm)].map(([, status = ""]) => status);

/** Those that a telling script wrote. */
export const statusesTold = (output: string): string[] => output.match(/^\d{3}$/gm) ?? [];

/** Where `jq` is missing, what the README names in its stead, for any member. */
const WITHOUT_JQ = `command -v jq > /dev/null || jq() {
  node -e 'let at = JSON.parse(require("fs").readFileSync(0)); for (const name of process.argv[1].split(/[.[\\]]/).filter(Boolean)) at = at[name]; console.log(at)' "\${@: -1}"
}\n`;

/** A reader of the documentation at their shell, in a checkout in which the server was started. */
export interface Reader {
  folder: string;
  /** Runs a script as their shell would and answers its standard output. @throws with all that it wrote */
  shell: (script: string) => Promise<string>;
  /** Starts a script in a terminal of its own, a process group that the caller ends. */
  start: (script: string) => ChildProcess;
  stop: () => Promise<void>;
}

/** Gives `app` a reader; the address that the documentation names is the app's for them. */
export async function startReader(app: TestApp): Promise<Reader> {
  const folder = await makeTempDir("reader");
  await symlink(app.dataDir, join(folder, ".data"));
  await symlink(join(repositoryRoot(), "node_modules"), join(folder, "node_modules"));
  const home = join(folder, "home");
  await mkdir(home);
  const env = environmentWith({ HOME: home, XDG_CONFIG_HOME: home, NO_COLOR: "1" });
  const bash = (script: string) => {
    const here = WITHOUT_JQ + script.replaceAll("http://127.0.0.1:3030", app.origin);
    return ["-eu", "-o", "pipefail", "-c", here];
  };
  return {
    folder,
    shell: (script) =>
      new Promise((resolve, reject) => {
        execFile("bash", bash(script), { cwd: folder, env }, (error, stdout, stderr) =>
          error === null ? resolve(stdout) : reject(new Error(`${error.message}\n${stdout}\n${stderr}`)),
        );
      }),
    start: (script) =>
      spawn("bash", bash(script), { cwd: folder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] }),
    stop: () => rm(folder, { recursive: true, force: true }),
  };
}
