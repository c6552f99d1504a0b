import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "@playwright/test";
import { chromium as findBrowser } from "@trigger.dev/testing";
import { afterAll, beforeAll } from "vitest";

const found = findBrowser();

/** Whether this machine has a browser to test with. */
export const hasBrowser = found !== null;

export interface Visit {
  context: BrowserContext;
  page: Page;
  /** What the browser complained of: policy violations, script errors. */
  complaints: string[];
}

/** One browser for a file's tests; each visit starts with no cookies. */
export function useBrowser(): { visit(options?: BrowserContextOptions): Promise<Visit> } {
  let browser: Browser | null = null;
  beforeAll(async () => {
    if (found) browser = await chromium.launch(found);
  });
  afterAll(() => browser?.close());
  return {
    async visit(options) {
      if (browser === null) throw new Error("There is no browser.");
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => {
        const isStatus = message.text().startsWith("Failed to load resource: the server responded");
        if (["error", "warning"].includes(message.type()) && !isStatus) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(error.message));
      return { context, page, complaints };
    },
  };
}
