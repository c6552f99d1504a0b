// `npm test [-- <vitest arguments>]`: set up, then every check and every test. With arguments only the tests they choose.
import { findChromium, installChromium } from "../internal-packages/testing/scripts/chromium.mjs";
import { setUpOrExit } from "./setup.mjs";
import { runTool } from "./setup/child.mjs";
import { say } from "./setup/workspace.mjs";
import { checks } from "./test/checks.mjs";
import { runTests } from "./test/vitest.mjs";

const filter = process.argv.slice(2);
await setUpOrExit();

const startedAt = performance.now();
/** @type {string[]} */
const failures = [];
let passed = 0;
for (const { name, command, args } of filter.length === 0 ? checks() : []) {
  const { code, output } = await runTool(command, args);
  if (code === 0) {
    passed++;
    say(`✓ ${name}`);
  } else {
    failures.push(name);
    say(`✗ ${name}\n${output.trim()}\n`);
  }
}

// Before the tests and once, so that no test waits for it and no two install it at the same time.
if (filter.length === 0 && findChromium() === null) {
  say("Looking for a Chromium to install …");
  installChromium();
}

const tests = await runTests(filter);
passed += tests.passed;
const failed = tests.failed + failures.length;
if (failures.length > 0) console.log(`Failed checks: ${failures.join(", ")}`);
if (tests.failed > 0) console.log(`Failed tests: ${tests.failed}, listed above`);
console.log(`${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
console.log(`${passed} passed, ${failed} failed, ${tests.skipped} skipped`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
