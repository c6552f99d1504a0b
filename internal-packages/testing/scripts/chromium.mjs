// Finds a Chromium, or installs Debian's. Also a command: prints the path, or ends with 1.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";

const COMMANDS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC_APPS = ["Google Chrome", "Chromium"].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

const canRun = (file) => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The browsers that Playwright downloaded, newest first. */
function playwrightsOwn() {
  const caches = [
    process.env.PLAYWRIGHT_BROWSERS_PATH,
    join(homedir(), ".cache/ms-playwright"),
    join(homedir(), "Library/Caches/ms-playwright"),
  ];
  const inside = ["chrome-linux64/chrome", "chrome-linux/chrome", "chrome-mac/Chromium.app/Contents/MacOS/Chromium"];
  return caches
    .filter((dir) => dir !== undefined && existsSync(dir))
    .flatMap((dir) =>
      readdirSync(dir)
        .filter((name) => /^chromium-\d+$/.test(name))
        .sort((a, b) => Number(b.slice(9)) - Number(a.slice(9)))
        .flatMap((name) => inside.map((file) => join(dir, name, file))),
    );
}

/** The path of a Chromium on this machine, or null. `CHROMIUM_PATH` decides where it is set. */
export function findChromium() {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen !== undefined && chosen !== "") return canRun(chosen) ? chosen : null;
  const folders = ["/usr/bin", ...(process.env.PATH ?? "").split(delimiter)].filter((dir) => dir !== "");
  const candidates = [
    ...folders.flatMap((dir) => COMMANDS.map((command) => join(dir, command))),
    ...MAC_APPS,
    ...playwrightsOwn(),
  ];
  return candidates.find((file) => canRun(file)) ?? null;
}

const isDebian = () =>
  existsSync("/etc/os-release") && /^ID="?debian"?$/m.test(readFileSync("/etc/os-release", "utf8"));

/** Installs Debian's Chromium where we are root on Debian; says whether it did. */
export function installChromium() {
  if (process.getuid?.() !== 0 || !isDebian()) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args) =>
    spawnSync("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=300", ...args], {
      env,
      stdio: ["ignore", "ignore", "inherit"],
      timeout: 600_000,
    }).status === 0;
  return apt("update") && apt("install", "-y", "--no-install-recommends", "chromium");
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = findChromium() ?? (installChromium() ? findChromium() : null);
  if (found === null) process.exit(1);
  console.log(found);
}
