import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, useBrowser } from "./browser.js";
import { type PageSession, signInBy } from "./page-session.js";

const PAGES = [
  "/",
  "/orgs/main/members",
  "/account/tokens",
  "/account/password",
  "/docs/api",
  "/sign-in/link/unknown",
  "/nowhere",
];

let app: TestApp;
let session: PageSession;
const browser = useBrowser();

beforeAll(async () => {
  app = await startApp({ env: { RATE_LIMITS: "off" } });
  session = await signInBy(app);
});
afterAll(() => app.stop());

const policyOf = (response: Response) =>
  new Map(
    (response.headers.get("content-security-policy") ?? "").split("; ").map((directive) => {
      const [name = "", ...sources] = directive.split(" ");
      return [name, sources.join(" ")] as const;
    }),
  );

describe("every page", () => {
  it.each([...PAGES, "/sign-in"])("%s cannot be framed, kept, sniffed or scripted", async (path) => {
    const answer = path === "/sign-in" ? await fetch(app.origin + path) : await session.get(path);
    const policy = policyOf(answer);
    expect(policy.get("default-src")).toBe("'none'");
    expect(policy.get("frame-ancestors")).toBe("'none'");
    expect(policy.get("base-uri")).toBe("'none'");
    expect(policy.get("form-action")).toBe("'self'");
    expect(policy.get("script-src")).toBe(path === "/docs/api" ? "'self'" : undefined);
    expect([...policy.values()].join(" ")).not.toContain("unsafe");
    expect(answer.headers.get("x-frame-options")).toBe("DENY");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("referrer-policy")).toBe("same-origin");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-request-id")).toMatch(/^req_/);
  });

  it("tells a stranger nothing but where to sign in", async () => {
    for (const path of ["/", "/orgs/main/members", "/account/tokens", "/account/password", "/authorize/abc"]) {
      const answer = await fetch(app.origin + path, { redirect: "manual" });
      expect(answer.status).toBe(302);
      expect(answer.headers.get("location")).toMatch(/^\/sign-in/);
      expect(await answer.text()).toBe("");
    }
  });

  it("answers odd addresses and methods without a fault of its own", async () => {
    const paths = [
      "/%zz",
      "/%ff",
      "//evil.example",
      "/..%2f..%2fetc/passwd",
      "/assets/../../main.js",
      "/a%00b",
      "/?x=%zz",
    ];
    for (const path of paths) {
      for (const method of ["GET", "POST", "PUT", "DELETE", "OPTIONS"]) {
        const answer = await fetch(app.origin + path, { method, redirect: "manual" });
        expect({ method, path, isOurFault: answer.status >= 500 }).toEqual({ method, path, isOurFault: false });
        expect(await answer.text()).not.toMatch(/\bat .+:\d+:\d+/);
      }
    }
  });

  it("serves its files for good, and nothing beside them", async () => {
    const html = await (await fetch(`${app.origin}/sign-in`)).text();
    const sheet = /href="(\/assets\/[^"]+\.css)"/.exec(html)?.[1] ?? "";
    const answer = await fetch(app.origin + sheet);
    expect(answer.headers.get("content-type")).toBe("text/css; charset=utf-8");
    expect(answer.headers.get("cache-control")).toContain("immutable");
    const etag = answer.headers.get("etag") ?? "";
    expect((await fetch(app.origin + sheet, { headers: { "if-none-match": etag } })).status).toBe(304);
    for (const path of ["/assets/", "/server/index.js", "/main.js", "/assets/nothing.js"]) {
      expect((await fetch(app.origin + path)).status).toBe(404);
    }
  });
});

describe.skipIf(!hasBrowser)("in a browser", () => {
  const looks = [
    { name: "light", options: { colorScheme: "light", viewport: { width: 1100, height: 800 } } },
    { name: "dark", options: { colorScheme: "dark", viewport: { width: 1100, height: 800 } } },
    { name: "a narrow screen", options: { viewport: { width: 320, height: 700 } } },
    { name: "no scripts", options: { javaScriptEnabled: false } },
  ] as const;

  it.each(looks)("every page holds to its policy and fits, with $name", async ({ name, options }) => {
    const { page, complaints } = await browser.visit(options);
    await page.goto(app.bootstrap.signInUrl);
    for (const path of PAGES) {
      await page.goto(app.origin + path);
      if (path === "/docs/api" && name !== "no scripts") await page.locator(".opblock").first().waitFor();
      expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
      if (name === "no scripts") continue;
      const tooWide = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      expect({ path, tooWide }).toEqual({ path, tooWide: 0 });
    }
    expect(complaints).toEqual([]);
  });

  it("every field has a label, and the keyboard reaches the content first", async () => {
    const { page } = await browser.visit();
    await page.goto(app.bootstrap.signInUrl);
    for (const path of ["/account/tokens", "/account/password"]) {
      await page.goto(app.origin + path);
      const unlabelled = await page.evaluate(
        "[...document.querySelectorAll('input:not([type=hidden]):not([hidden]), select')].filter((field) => field.labels.length === 0).length",
      );
      expect({ path, unlabelled }).toEqual({ path, unlabelled: 0 });
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
    }
  });

  it("the API reference shows what the server declares", async () => {
    const { page, complaints } = await browser.visit();
    await page.goto(`${app.origin}/docs/api`);
    await page.getByText("/api/v1/auth/user-actor-token").first().waitFor();
    expect(complaints).toEqual([]);
  });
});
