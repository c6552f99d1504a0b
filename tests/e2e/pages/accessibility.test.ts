import { AxeBuilder } from "@axe-core/playwright";
import { startApp, type TestApp } from "@trigger.dev/testing";
import type { Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, useBrowser } from "./browser.js";

let app: TestApp;
const browser = useBrowser();

beforeAll(async () => {
  app = await startApp({ env: { RATE_LIMITS: "off" } });
});
afterAll(() => app.stop());

/** What axe finds against WCAG 2.2 at level AA: the rule, and the first element that breaks it. Swagger UI's markup, a second `main` too, is not ours. */
async function violations(page: Page): Promise<string[]> {
  const path = new URL(page.url()).pathname;
  const { violations: found } = await new AxeBuilder({ page })
    .exclude(".swagger-ui")
    .disableRules(path === "/docs/api" ? ["landmark-no-duplicate-main"] : [])
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

describe.skipIf(!hasBrowser).each(["light", "dark"] as const)("the pages, in %s", (colorScheme) => {
  it("hold to WCAG 2.2 AA for a stranger", async () => {
    const { page } = await browser.visit({ colorScheme });
    for (const path of ["/sign-in", "/sign-in/link/unknown", "/docs/api"]) {
      await page.goto(app.origin + path);
      if (path === "/docs/api") await page.locator(".opblock").first().waitFor();
      expect({ path, violations: await violations(page) }).toEqual({ path, violations: [] });
    }
  });

  it("hold to it for a person, also with a fresh token, a problem and a login to approve", async () => {
    const { page } = await browser.visit({ colorScheme });
    await page.goto(app.bootstrap.signInUrl);
    const login = await app.api<{ url: string }>("POST", "/api/v1/authorization-code");
    for (const path of [
      "/",
      "/orgs/main/members",
      "/account/tokens",
      "/account/password",
      new URL(login.body.url).pathname,
      "/nowhere",
    ]) {
      await page.goto(app.origin + path);
      expect({ path, violations: await violations(page) }).toEqual({ path, violations: [] });
    }
    await page.goto(`${app.origin}/account/tokens`);
    await page.getByLabel("Name").fill(`audited in ${colorScheme}`);
    await page.getByRole("button", { name: /create/i }).click();
    await page
      .getByText(/tr_pat_/)
      .first()
      .waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
