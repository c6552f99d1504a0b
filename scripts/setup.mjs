// Makes a checkout ready to run: the pinned pnpm, the dependencies, the built code. Plain Node, nothing installed needed.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runTool } from "./setup/child.mjs";
import { withLock } from "./setup/lock.mjs";
import { buildHash, installHash, stamp } from "./setup/stamp.mjs";
import { inRoot, manifest, say, toolsDir } from "./setup/workspace.mjs";

/** Something that the person at the keyboard can mend; its message is one sentence. */
class SetupError extends Error {}

const OUTPUTS = [
  "apps/webapp/build/main.js",
  "apps/webapp/build/admin.js",
  "apps/webapp/build/server/index.js",
  "packages/core/dist/index.js",
  "packages/plugins/dist/index.js",
  "packages/cli-v3/dist",
  "internal-packages/database/generated",
  "bench/dist/main.js",
];

const tail = (/** @type {string} */ text) => text.trimEnd().split("\n").slice(-40).join("\n");

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupError(`Node.js 20.19 or later is needed; this is ${process.versions.node}.`);
  }
}

async function step(/** @type {string} */ doing, /** @type {string} */ command, /** @type {string[]} */ args) {
  say(`${doing} …`);
  const startedAt = performance.now();
  const { code, output } = await runTool(command, args);
  if (code !== 0) {
    say(tail(output));
    throw new SetupError(`${doing} failed (${command} ended with ${code}); what it said is above.`);
  }
  say(`${doing}: done in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}

async function ensurePnpm() {
  const wanted = manifest.packageManager.split("@").at(-1).split("+")[0];
  const installed = join(toolsDir, "node_modules", "pnpm", "package.json");
  if (existsSync(installed) && JSON.parse(readFileSync(installed, "utf8")).version === wanted) return;
  await step(`Getting pnpm ${wanted}`, "npm", [
    "install",
    "--prefix",
    toolsDir,
    "--no-save",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    "--loglevel=error",
    `pnpm@${wanted}`,
  ]);
}

const tellWaiting = () => say("Waiting for another set-up of this checkout …");
const isInstalled = () => stamp("install").read() === installHash();
const isBuilt = () => stamp("build").read() === buildHash() && OUTPUTS.every((path) => existsSync(inRoot(path)));

async function install() {
  await ensurePnpm();
  stamp("install").clear();
  await step("Installing dependencies", "pnpm", [
    "install",
    "--frozen-lockfile",
    "--prod=false",
    "--config.confirmModulesPurge=false",
  ]);
  stamp("install").write(installHash());
}

async function build() {
  const hash = buildHash();
  stamp("build").clear();
  await step("Building", "turbo", ["run", "generate", "build", "--output-logs=errors-only", "--no-update-notifier"]);
  stamp("build").write(hash);
}

/**
 * Does what is missing and nothing else; silent when nothing is. Processes that call it at the same time wait for one another.
 * @throws {SetupError}
 */
export async function setUp() {
  checkNode();
  if (isInstalled() && isBuilt()) return;
  await withLock(join(toolsDir, "setup.lock"), tellWaiting, async () => {
    if (!isInstalled()) await install();
    if (!isBuilt()) await build();
  });
}

/** As `setUp`; a failure ends the process with its sentence. */
export async function setUpOrExit() {
  try {
    await setUp();
  } catch (error) {
    if (error instanceof SetupError) say(error.message);
    else say(`Setting up failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await setUpOrExit();
