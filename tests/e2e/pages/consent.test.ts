import { startApp, type TestApp } from "@trigger.dev/testing";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, useBrowser } from "./browser.js";
import { type PageSession, signInBy } from "./page-session.js";

let app: TestApp;
let session: PageSession;
const browser = useBrowser();

beforeAll(async () => {
  app = await startApp({ env: { RATE_LIMITS: "off" } });
  session = await signInBy(app);
});
afterAll(() => app.stop());

interface Asked {
  path: string;
  code: string;
}

async function ask(userAgent = "trigger.dev/4.8.3"): Promise<Asked> {
  const answer = await app.api<{ url: string; authorizationCode: string }>("POST", "/api/v1/authorization-code", {
    headers: { "user-agent": userAgent },
  });
  return { path: new URL(answer.body.url).pathname, code: answer.body.authorizationCode };
}

const redeem = (code: string) =>
  app.api<{ token: { token: string } | null }>("POST", "/api/v1/token", { body: { authorizationCode: code } });

const decide = (path: string, decision: string, by = session) => by.send(path, { decision });

describe("the page of a login", () => {
  it("sends whoever is not signed in to sign in, and back", async () => {
    const { path } = await ask();
    const answer = await fetch(app.origin + path, { redirect: "manual" });
    expect(answer.headers.get("location")).toBe(`/sign-in?redirectTo=${encodeURIComponent(path)}`);
  });

  it("shows what asks, and approves nothing by being opened", async () => {
    const { path, code } = await ask("<b>my client</b>");
    const html = await (await session.get(path)).text();
    for (const part of [
      "&lt;b&gt;my client&lt;/b&gt;",
      "unverified",
      "127.0.0.1",
      ">Approve</button>",
      ">Deny</button>",
    ]) {
      expect(html).toContain(part);
    }
    expect((await redeem(code)).body.token).toBeNull();
  });

  it("hands out one token once it is approved", async () => {
    const { path, code } = await ask();
    expect((await decide(path, "approve")).status).toBe(302);
    expect(await (await session.get(path)).text()).toContain("You can close this page");
    const redeemed = await redeem(code);
    const token = redeemed.body.token?.token ?? "";
    expect((await app.api("GET", "/api/v2/whoami", { as: token })).status).toBe(200);
    expect((await redeem(code)).status).toBe(400);
  });

  it("ends the wait of what was denied", async () => {
    const { path, code } = await ask();
    expect(await (await decide(path, "deny")).text()).toContain("You can close this page");
    expect((await redeem(code)).status).toBe(400);
    expect((await session.get(path)).status).toBe(404);
  });

  it("decides once: whoever comes second changes nothing", async () => {
    const { path, code } = await ask();
    const stranger = await app.admin<{ signInUrl: string }>("user", "create", "--email", "second@example.com");
    const second = await signInBy(app, stranger.signInUrl);
    await decide(path, "approve");
    await decide(path, "approve", second);
    await decide(path, "deny", second);
    expect((await second.get(path)).status).toBe(410);
    const token = (await redeem(code)).body.token?.token ?? "";
    const whoami = await app.api<{ email: string }>("GET", "/api/v2/whoami", { as: token });
    expect(whoami.body.email).toBe(app.bootstrap.email);
  });

  it("does not approve what has expired", async () => {
    const { path, code } = await ask();
    const client = new Client({ connectionString: app.databaseUrl ?? "" });
    await client.connect();
    await client.query(
      "UPDATE authorization_code SET expires_at = now() - interval '1 second' WHERE approved_at IS NULL",
    );
    await client.end();
    expect((await session.get(path)).status).toBe(410);
    await decide(path, "approve");
    expect((await redeem(code)).status).toBe(400);
  });

  it("takes no form from elsewhere, and none that decides something else", async () => {
    const { path, code } = await ask();
    expect((await session.send(path, { decision: "approve", csrf: "" })).status).toBe(403);
    expect((await session.send(path, { decision: "approve" }, { origin: "https://evil.example" })).status).toBe(403);
    expect((await session.send(path, { decision: "approve" }, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await session.send(path, { decision: "constructor" })).status).toBe(400);
    expect((await redeem(code)).body.token).toBeNull();
  });

  it.each([
    { what: "a word", code: "nothing" },
    { what: "a NUL", code: "%00" },
    { what: "a way up", code: "%2e%2e%2f" },
    { what: "another code", code: "a".repeat(43) },
    { what: "a long text", code: "a".repeat(4000) },
  ])("knows no request by $what", async ({ code }) => {
    expect((await session.get(`/authorize/${code}`)).status).toBe(404);
    expect((await decide(`/authorize/${code}`, "approve")).status).toBeLessThan(500);
    expect((await decide(`/authorize/${code}`, "deny")).status).toBeLessThan(500);
  });

  it("keeps the code out of the log", async () => {
    const { path, code } = await ask();
    await session.get(path);
    expect(app.log()).not.toContain(code);
  });
});

describe.skipIf(!hasBrowser)("in a browser", () => {
  it("a person reads, approves by the button, and is told to go back", async () => {
    const { path, code } = await ask();
    const { page, complaints } = await browser.visit();
    await page.goto(app.bootstrap.signInUrl);
    await page.goto(app.origin + path);
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await page.getByText("You can close this page").waitFor();
    expect((await redeem(code)).body.token).not.toBeNull();
    expect(complaints).toEqual([]);
  });

  it("no other page can show it in a frame", async () => {
    const { path } = await ask();
    const { page } = await browser.visit();
    await page.goto(app.bootstrap.signInUrl);
    await page.setContent(`<iframe src="${app.origin}${path}"></iframe>`);
    const frame = page.frameLocator("iframe");
    await page.waitForTimeout(1000);
    expect(await frame.getByRole("button", { name: "Approve" }).count()).toBe(0);
  });
});
