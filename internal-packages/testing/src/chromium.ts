import { findChromium, installChromium } from "../scripts/chromium.mjs";

/** What `chromium.launch` of Playwright takes. */
export type Browser = { executablePath: string; args: string[] };

const QUIET = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Why the browser tests are skipped, in the words that they are skipped with. */
export const NO_BROWSER = "No Chromium was found, nor could one be installed: set CHROMIUM_PATH to run these tests.";

let path: string | null | undefined;

/**
 * A Chromium to test with: `CHROMIUM_PATH`, the machine's, Playwright's own, or Debian's, installed when we are root
 * there. Null where there is none, so that the tests skip.
 * @throws instead of null when `REQUIRE_BROWSER=1`.
 */
export function chromium(): Browser | null {
  if (path === undefined) path = findChromium() ?? (installChromium() ? findChromium() : null);
  if (path !== null) {
    // Chromium's sandbox refuses root.
    return { executablePath: path, args: process.getuid?.() === 0 ? ["--no-sandbox", ...QUIET] : [...QUIET] };
  }
  if (process.env["REQUIRE_BROWSER"] === "1") throw new Error(NO_BROWSER);
  return null;
}
