import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { toolEnvironment } from "../setup/child.mjs";
import { inRoot, root } from "../setup/workspace.mjs";

const RESULTS = inRoot("node_modules", ".cache", "test-results.json");

/**
 * @typedef {object} TestCounts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/** @returns {TestCounts & { brokenFiles: number } | null} null when vitest ended before it could say. */
function readResults() {
  if (!existsSync(RESULTS)) return null;
  const results = JSON.parse(readFileSync(RESULTS, "utf8"));
  const brokenFiles = results.testResults.filter(
    (/** @type {{ status: string, assertionResults: { status: string }[] }} */ file) =>
      file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  ).length;
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests,
    skipped: results.numPendingTests + results.numTodoTests,
    brokenFiles,
  };
}

/** A folder for temporary files, which servers under test that run as other users may write to as well. */
function makeScratch() {
  const folder = mkdtempSync(join(tmpdir(), "trigger-test-"));
  chmodSync(folder, 0o1777);
  return folder;
}

/**
 * A server that is just ending may still write there; what stays then is the system's to take away.
 * @param {string} folder
 */
function removeScratch(folder) {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    console.warn(`Left behind: ${folder} (${String(error)})`);
  }
}

/**
 * Runs the tests that `filter` (vitest's own arguments) chooses; a file that cannot be loaded, or an error that no
 * test caught, is a failure too. What they leave among the temporary files goes when they end.
 * @param {string[]} filter
 * @returns {Promise<TestCounts>}
 */
export function runTests(filter) {
  mkdirSync(dirname(RESULTS), { recursive: true });
  rmSync(RESULTS, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${RESULTS}`];
  const scratch = makeScratch();
  return new Promise((resolve) => {
    const child = spawn("vitest", ["run", ...reporters, ...filter], {
      cwd: root,
      env: { ...toolEnvironment(), TMPDIR: scratch },
      stdio: ["ignore", "inherit", "inherit"],
      shell: process.platform === "win32",
    });
    const end = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    process.once("SIGINT", end).once("SIGTERM", end);
    child.once("error", () => {
      removeScratch(scratch);
      resolve({ passed: 0, failed: 1, skipped: 0 });
    });
    child.once("close", (code) => {
      removeScratch(scratch);
      const { passed, failed, skipped, brokenFiles } = readResults() ?? {
        passed: 0,
        failed: 0,
        skipped: 0,
        brokenFiles: 0,
      };
      const told = failed + brokenFiles;
      resolve({ passed, failed: code === 0 ? told : Math.max(told, 1), skipped });
    });
  });
}
