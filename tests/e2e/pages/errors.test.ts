import { startApp, startFailingWorker, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, useBrowser } from "./browser.js";
import { type PageSession, signInBy } from "./page-session.js";

const HOSTILE = `<script>alert(1)</script><img src=x onerror=alert(2)> \u001B[31mred\u0000 \u202Egnp.exe ${"x".repeat(5000)}`;

let app: TestApp;
let session: PageSession;
let path: string;
let page: string;
const browser = useBrowser();

beforeAll(async () => {
  app = await startApp({ env: { RATE_LIMITS: "off" } });
  session = await signInBy(app);
  const { project, environments } = app.bootstrap;
  const worker = await startFailingWorker(app.origin, { ref: project.ref, apiKey: environments.dev.apiKey });
  await worker.fail({
    type: "BUILT_IN_ERROR",
    name: "PaymentError",
    message: HOSTILE,
    stackTrace: `PaymentError: ${HOSTILE}\n    at charge (/app/src/payments.ts:1:1)`,
  });
  path = `/projects/${project.ref}/dev/errors`;
  let id: string | undefined;
  while (id === undefined) {
    const as = environments.dev.apiKey;
    id = (await app.api<{ data: { id: string }[] }>("GET", "/api/v1/errors", { as })).body.data[0]?.id;
  }
  page = `${path}/${id}`;
});
afterAll(() => app?.stop());

const html = async (address: string): Promise<string> => {
  const answer = await session.get(address);
  expect(answer.status).toBe(200);
  return answer.text();
};

describe("the pages of errors", () => {
  it("are reached from the home page", async () => {
    expect(await html("/")).toContain(`href="${path}"`);
    expect(await html(path)).toContain(`href="${page}"`);
  });

  it("show what an attacker wrote as text, and nothing of it as more", async () => {
    for (const address of [path, page]) {
      const shown = await html(address);
      expect(shown).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
      for (const part of ["<script>alert", "<img", "\u001B", "\u0000"]) expect(shown).not.toContain(part);
      expect(shown).toMatch(/<bdi>&lt;script&gt;/);
    }
    expect(await html(page)).toContain("at charge (/app/src/payments.ts:1:1)");
  });

  it("search and filter, and refuse what cannot be", async () => {
    const find = (query: Record<string, string>) => session.get(`${path}?${new URLSearchParams(query)}`);
    expect(await (await find({ "filter[search]": "PAYMENT" })).text()).toContain(page);
    expect(await (await find({ "filter[status]": "resolved" })).text()).not.toContain(page);
    for (const bad of [{ "filter[status]": "open" }, { "page[after]": "x" }, { "filter[search]": "a\u0000" }])
      expect((await find(bad)).status).toBe(400);
  });

  it("resolve, ignore and open again, in one's own name", async () => {
    const changed = async (fields: Record<string, string>) => {
      const answer = await session.send(page, fields);
      expect({ status: answer.status, location: answer.headers.get("location") }).toEqual({
        status: 302,
        location: page,
      });
    };
    await changed({ intent: "resolve", version: "20300101.1" });
    await changed({ intent: "ignore", hours: "2", reason: "<b>flaky</b>" });
    expect(await html(page)).toContain("&lt;b&gt;flaky&lt;/b&gt;");
    await changed({ intent: "unresolve" });
    const { body } = await app.api<{ data: unknown[] }>("GET", `/api/v1/errors/${page.split("/").at(-1)}/activity`, {
      as: app.bootstrap.environments.dev.apiKey,
    });
    const who = { user: { id: app.bootstrap.userId }, credential: { kind: "session" }, client: null };
    expect(body.data).toMatchObject([
      { to: "unresolved", ...who },
      { to: "ignored", ...who },
      { to: "resolved", version: "20300101.1", ...who },
    ]);
  });

  it("change nothing for a form of another session, a strange one, or nobody", async () => {
    expect((await session.send(page, { intent: "resolve", csrf: "x" })).status).toBe(403);
    for (const fields of [{ intent: "delete" }, { intent: "ignore", hours: "-1" }, { intent: "ignore", hours: "1e9" }])
      expect((await session.send(page, fields)).status).toBe(400);
    const nobody = await fetch(app.origin + page, { redirect: "manual" });
    expect(nobody.headers.get("location")).toMatch(/^\/sign-in\?/);
    expect(await html(page)).toContain("Unresolved");
  });

  it("are not there for who is no member, nor where there is no such thing", async () => {
    const other = await app.admin<{ signInUrl: string }>("user", "create", "--email", "other@example.com");
    const stranger = await signInBy(app, other.signInUrl);
    const missing = [
      "/projects/proj_nosuch/dev/errors",
      "/projects/a%00b/dev/errors",
      path.replace("/dev/", "/moon/"),
      path.replace("/dev/", "/preview/"),
      `${path}/error_1aaa`,
      `${path}/x%00y`,
    ];
    const answers = [
      ...(await Promise.all([path, page].map((address) => stranger.get(address)))),
      await stranger.send(page, { intent: "resolve" }),
      ...(await Promise.all(missing.map((address) => session.get(address)))),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect(await html(page)).toContain("Unresolved");
  });
});

describe.skipIf(!hasBrowser)("in a browser", () => {
  it.each([1100, 320])("they hold to their policy and fit, at %i pixels", async (width) => {
    const { page: tab, complaints } = await browser.visit({ viewport: { width, height: 800 } });
    await tab.goto(
      (await app.admin<{ signInUrl: string }>("user", "sign-in-link", "--email", app.bootstrap.email)).signInUrl,
    );
    for (const address of [path, page]) {
      await tab.goto(app.origin + address);
      expect(await tab.getByRole("heading", { level: 1 }).count()).toBe(1);
      const tooWide = await tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
      expect({ address, tooWide }).toEqual({ address, tooWide: 0 });
    }
    expect(complaints).toEqual([]);
  });
});
