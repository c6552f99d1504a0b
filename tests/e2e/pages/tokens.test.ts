import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, useBrowser, type Visit } from "./browser.js";
import { type PageSession, signInBy } from "./page-session.js";

const HOSTILE = `"><script>document.title = "taken"</script><img src=x onerror="document.title='taken'">`;

let app: TestApp;
let session: PageSession;
const browser = useBrowser();

beforeAll(async () => {
  app = await startApp({ env: { RATE_LIMITS: "off" } });
  session = await signInBy(app);
});
afterAll(() => app.stop());

const statusOf = async (token: string) => (await app.api("GET", "/api/v2/whoami", { as: token })).status;

const mint = async (as: string, body: object) =>
  (await app.api<{ token: string; id: string }>("POST", "/api/v1/auth/user-actor-token", { as, body })).body;

async function create(name: string, days = "90"): Promise<{ token: string; html: string }> {
  const answer = await session.send("/account/tokens", { intent: "create", name, days });
  const html = await answer.text();
  const token = /tr_pat_[0-9a-z]{40}/.exec(html)?.[0] ?? "";
  expect(answer.headers.get("cache-control")).toBe("no-store");
  return { token, html };
}

const idOf = async (name: string) => {
  const html = await (await session.get("/account/tokens")).text();
  const card = html.split('class="card"').find((part) => part.includes(`<bdi>${name}</bdi></h3>`)) ?? "";
  return /name="id" value="(pat_[^"]+)"/.exec(card)?.[1] ?? "";
};

describe("a personal access token", () => {
  it("is shown once, and works", async () => {
    const { token } = await create("once");
    expect(await statusOf(token)).toBe(200);
    const again = await (await session.get("/account/tokens")).text();
    expect(again).toContain("<bdi>once</bdi>");
    expect(again).not.toContain(token);
    expect(app.log()).not.toContain(token);
  });

  it.each([
    ["", "90"],
    ["x".repeat(256), "90"],
    ["name", "0"],
    ["name", "-1"],
    ["name", "366"],
    ["name", "1e99"],
    ["name", "soon"],
  ])("is refused with the name %j and the days %j", async (name, days) => {
    const answer = await session.send("/account/tokens", { intent: "create", name, days });
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toMatch(/tr_pat_[0-9a-z]{40}/);
  });

  it("dies with all that was made from it when it is revoked", async () => {
    const { token } = await create("parent");
    const child = await mint(token, { client: "child" });
    const id = await idOf("parent");
    const page = await (await session.get("/account/tokens")).text();
    expect(page).toContain("1 live user-actor token");
    const revoked = await session.send("/account/tokens", { intent: "revoke-pat", id });
    expect(revoked.headers.get("location")).toBe("/account/tokens?revoked");
    expect(await statusOf(token)).toBe(401);
    expect(await statusOf(child.token)).toBe(401);
  });

  it("is nobody else's to revoke, nor without the form's token", async () => {
    const { token } = await create("mine");
    const id = await idOf("mine");
    const stranger = await app.admin<{ signInUrl: string }>("user", "create", "--email", "stranger@example.com");
    const theirs = await signInBy(app, stranger.signInUrl);
    expect((await theirs.send("/account/tokens", { intent: "revoke-pat", id })).status).toBe(404);
    expect((await session.send("/account/tokens", { intent: "revoke-pat", id, csrf: theirs.csrf })).status).toBe(403);
    const crossSite = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
    expect((await session.send("/account/tokens", { intent: "revoke-pat", id }, crossSite)).status).toBe(403);
    expect(await statusOf(token)).toBe(200);
  });

  it("cannot be made by JSON, by a large form, or by an unknown wish", async () => {
    const json = await fetch(`${app.origin}/account/tokens`, {
      method: "POST",
      headers: { cookie: session.cookie, "content-type": "application/json" },
      body: "{}",
    });
    expect(json.status).toBe(415);
    const large = await session.send("/account/tokens", { intent: "create", name: "x".repeat(100_000) });
    expect(large.status).toBe(413);
    expect((await session.send("/account/tokens", { intent: "toString" })).status).toBe(400);
  });
});

describe("a user-actor token", () => {
  it("is listed while it lives, with what it may do and where it comes from, and can be revoked", async () => {
    const { token } = await create("its parent");
    const child = await mint(token, { client: "nightly script", cap: ["read:runs"] });
    const html = await (await session.get("/account/tokens")).text();
    const card = html.split('class="card"').find((part) => part.includes(child.id)) ?? "";
    for (const part of ["nightly script", "unverified", "read:runs", "its parent"]) expect(card).toContain(part);
    await session.send("/account/tokens", { intent: "revoke-uat", id: child.id });
    expect(await statusOf(child.token)).toBe(401);
    expect(await statusOf(token)).toBe(200);
    expect(await (await session.get("/account/tokens")).text()).not.toContain(child.id);
  });
});

describe.skipIf(!hasBrowser)("in a browser", () => {
  async function visit(): Promise<Visit> {
    const made = await browser.visit();
    await made.page.goto(app.bootstrap.signInUrl);
    return made;
  }

  it("a person makes a token and revokes it", async () => {
    const { page, complaints } = await visit();
    await page.getByRole("link", { name: "Tokens" }).click();
    await page.getByLabel("Name").fill("from the browser");
    await page.getByLabel("Expires after").selectOption("7 days");
    await page.getByRole("button", { name: "Create token" }).click();
    const token = (await page.getByLabel("The new token").innerText()).trim();
    expect(await statusOf(token)).toBe(200);
    expect(page.url()).not.toContain(token);
    await page.goto(`${app.origin}/account/tokens`);
    const card = page.getByRole("listitem").filter({ hasText: "from the browser" }).first();
    await card.locator("summary").click();
    await card.getByRole("button", { name: "Revoke now" }).click();
    await page.getByText("The token is revoked.").waitFor();
    expect(await statusOf(token)).toBe(401);
    expect(complaints).toEqual([]);
  });

  it("names that hold scripts are words and no more", async () => {
    await create(HOSTILE);
    await mint(app.bootstrap.personalAccessToken, { client: HOSTILE });
    await app.admin("project", "create", "--org", app.bootstrap.organization.slug, "--name", HOSTILE);
    const { page, complaints } = await visit();
    for (const path of ["/", "/account/tokens"]) {
      await page.goto(app.origin + path);
      expect(await page.title()).not.toBe("taken");
      expect(await page.getByText(HOSTILE).count()).toBeGreaterThan(0);
      expect(await page.locator("main script, main img").count()).toBe(0);
    }
    expect(complaints).toEqual([]);
  });
});
