import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout's root folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** What `package.json` at the root says. */
export const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Where the pinned package manager is kept: in the checkout, never on the machine. */
export const toolsDir = join(root, ".tools");

/** A path below the root. */
export const inRoot = (/** @type {string[]} */ ...parts) => join(root, ...parts);

/** One line of progress. Standard output belongs to the command itself. */
export const say = (/** @type {string} */ text) => process.stderr.write(`${text}\n`);
