import { startApp, type TestApp } from "@trigger.dev/testing";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, useBrowser } from "./browser.js";
import { cookiesOf, csrfOf, signInBy } from "./page-session.js";

const PASSWORD = "correct horse battery staple";
const SESSION = "trigger_session";

let app: TestApp;
const browser = useBrowser();

beforeAll(async () => {
  app = await startApp({ env: { RATE_LIMITS: "off" } });
});
afterAll(() => app.stop());

const newUser = (email: string) => app.admin<{ signInUrl: string }>("user", "create", "--email", email);

async function setPassword(link: string): Promise<void> {
  const session = await signInBy(app, link);
  const answer = await session.send("/account/password", { next: PASSWORD, repeated: PASSWORD });
  expect(answer.status).toBe(302);
}

/** Signs in with a password over HTTP, with the cookies that a browser would have by then. */
async function sendSignIn(fields: Record<string, string>, cookie = "") {
  const form = await fetch(`${app.origin}/sign-in`, { headers: { cookie }, redirect: "manual" });
  const all = [cookie, cookiesOf(form)].filter((part) => part !== "").join("; ");
  return fetch(`${app.origin}/sign-in`, {
    method: "POST",
    headers: { cookie: all, origin: app.origin },
    body: new URLSearchParams({ csrf: csrfOf(await form.text()), ...fields }),
    redirect: "manual",
  });
}

describe("a sign-in link", () => {
  it("signs in, as often as it is opened", async () => {
    const { signInUrl } = await newUser("link@example.com");
    for (const _ of [1, 2]) {
      const opened = await fetch(signInUrl, { redirect: "manual" });
      expect(opened.status).toBe(302);
      expect(opened.headers.get("location")).toBe("/");
      expect(cookiesOf(opened)).toContain(SESSION);
    }
  });

  it("ends when a newer one is made, and when a password is set", async () => {
    const email = "ended@example.com";
    const { signInUrl } = await newUser(email);
    const newer = await app.admin<{ signInUrl: string }>("user", "sign-in-link", "--email", email);
    expect((await fetch(signInUrl, { redirect: "manual" })).status).toBe(400);
    await setPassword(newer.signInUrl);
    const ended = await fetch(newer.signInUrl, { redirect: "manual" });
    expect(ended.status).toBe(400);
    expect(cookiesOf(ended)).not.toContain(SESSION);
  });

  it("says so when it has expired", async () => {
    const { signInUrl } = await newUser("expired@example.com");
    const client = new Client({ connectionString: app.databaseUrl ?? "" });
    await client.connect();
    await client.query(
      `UPDATE sign_in_link SET expires_at = now() - interval '1 second'
       WHERE user_id = (SELECT id FROM "user" WHERE email = 'expired@example.com')`,
    );
    await client.end();
    const opened = await fetch(signInUrl, { redirect: "manual" });
    expect(opened.status).toBe(410);
    expect(await opened.text()).toContain("has expired");
  });

  it("asks before it swaps one account for another", async () => {
    const session = await signInBy(app, (await newUser("first@example.com")).signInUrl);
    const { signInUrl } = await newUser("second@example.com");
    const path = new URL(signInUrl).pathname;
    const opened = await session.get(path);
    expect(opened.status).toBe(200);
    expect(cookiesOf(opened)).not.toContain(SESSION);
    const agreed = await session.send(path, {});
    expect(agreed.status).toBe(302);
    expect(cookiesOf(agreed)).toContain(SESSION);
  });

  it.each([
    { what: "a letter", secret: "x" },
    { what: "another secret", secret: "a".repeat(43) },
    { what: "a NUL", secret: "%00" },
    { what: "a long text", secret: "a".repeat(5000) },
  ])("refuses $what with a page", async ({ secret }) => {
    const opened = await fetch(`${app.origin}/sign-in/link/${secret}`, { redirect: "manual" });
    expect(opened.status).toBe(400);
    expect(await opened.text()).toContain("<h1>");
  });

  it("keeps its secret out of the log", async () => {
    await expect.poll(() => app.log()).toContain("/sign-in/link/:secret");
    expect(app.log()).not.toContain(new URL(app.bootstrap.signInUrl).pathname);
  });
});

describe("a password", () => {
  beforeAll(async () => {
    await setPassword((await newUser("person@example.com")).signInUrl);
  });

  it("signs in, with an email in any case, and goes where it was asked from", async () => {
    const fields = { email: "Person@Example.com", password: PASSWORD, redirectTo: "/account/tokens" };
    const answer = await sendSignIn(fields);
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toBe("/account/tokens");
    expect(answer.headers.get("set-cookie")).toMatch(/trigger_session=.+HttpOnly; SameSite=Lax/);
  });

  it("is refused alike when it is wrong and when the email is unknown", async () => {
    const wrong = await sendSignIn({ email: "person@example.com", password: "not the password" });
    const unknown = await sendSignIn({ email: "nobody@example.com", password: PASSWORD });
    for (const answer of [wrong, unknown]) {
      expect(answer.status).toBe(401);
      expect(cookiesOf(answer)).not.toContain(SESSION);
      expect(await answer.text()).toContain("do not belong together");
    }
  });

  it.each(["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "javascript:alert(1)"])(
    "never leads on to %j",
    async (redirectTo) => {
      const answer = await sendSignIn({ email: "person@example.com", password: PASSWORD, redirectTo });
      expect(answer.headers.get("location")).toBe("/");
      const form = await fetch(`${app.origin}/sign-in?redirectTo=${encodeURIComponent(redirectTo)}`);
      expect(await form.text()).toContain('name="redirectTo" value="/"');
    },
  );

  it("is refused without the form's token, with a stranger's, and from another site", async () => {
    const send = (headers: Record<string, string>, csrf: string) =>
      fetch(`${app.origin}/sign-in`, {
        method: "POST",
        headers,
        body: new URLSearchParams({ csrf, email: "person@example.com", password: PASSWORD }),
        redirect: "manual",
      });
    const mine = await fetch(`${app.origin}/sign-in`);
    const theirs = await fetch(`${app.origin}/sign-in`);
    const cookie = cookiesOf(mine);
    const csrf = csrfOf(await mine.text());
    const refusals = [
      await send({ cookie }, ""),
      await send({ cookie }, csrfOf(await theirs.text())),
      await send({}, csrf),
      await send({ cookie, origin: "https://evil.example" }, csrf),
      await send({ cookie, origin: "null" }, csrf),
      await send({ cookie, "sec-fetch-site": "cross-site" }, csrf),
      await send({ cookie, "sec-fetch-site": "same-site" }, csrf),
    ];
    for (const refusal of refusals) {
      expect(refusal.status).toBe(403);
      expect(cookiesOf(refusal)).not.toContain(SESSION);
    }
  });
});

describe("a session", () => {
  it("begins anew at every sign-in, and ends the one before", async () => {
    const { signInUrl } = await newUser("fixed@example.com");
    const before = await signInBy(app, signInUrl);
    const again = await fetch(signInUrl, { headers: { cookie: before.cookie }, redirect: "manual" });
    expect(cookiesOf(again)).not.toBe(before.cookie);
    expect((await before.get("/account/tokens")).headers.get("location")).toContain("/sign-in");
  });

  it("is not one that somebody else chose", async () => {
    const planted = `${SESSION}=${Buffer.from(JSON.stringify("a".repeat(43))).toString("base64")}.signature`;
    const answer = await fetch(`${app.origin}/`, { headers: { cookie: planted }, redirect: "manual" });
    expect(answer.headers.get("location")).toBe("/sign-in");
  });

  it("ends with signing out, which a link cannot do", async () => {
    const session = await signInBy(app, (await newUser("leaving@example.com")).signInUrl);
    expect((await session.get("/sign-out")).headers.get("location")).toBe("/");
    expect((await session.send("/sign-out", { csrf: "" })).status).toBe(403);
    expect((await session.get("/")).status).toBe(200);
    expect((await session.send("/sign-out", {})).headers.get("location")).toBe("/sign-in");
    expect((await session.get("/")).status).toBe(302);
  });

  it("ends everywhere when the password is set", async () => {
    const { signInUrl } = await newUser("careful@example.com");
    const other = await signInBy(app, signInUrl);
    await setPassword(signInUrl);
    expect((await other.get("/")).status).toBe(302);
  });

  it("does not open the API", async () => {
    const session = await signInBy(app);
    for (const [method, path] of [
      ["GET", "/api/v2/whoami"],
      ["POST", "/api/v1/auth/user-actor-token"],
    ] as const) {
      const answer = await fetch(app.origin + path, { method, headers: { cookie: session.cookie } });
      expect(answer.status).toBe(401);
    }
  });

  it("asks for the current password before changing it", async () => {
    const { signInUrl } = await newUser("changing@example.com");
    await setPassword(signInUrl);
    const signedIn = await sendSignIn({ email: "changing@example.com", password: PASSWORD });
    const cookie = cookiesOf(signedIn);
    const html = await (await fetch(`${app.origin}/account/password`, { headers: { cookie } })).text();
    const change = (current: string) =>
      fetch(`${app.origin}/account/password`, {
        method: "POST",
        headers: { cookie },
        body: new URLSearchParams({ csrf: csrfOf(html), current, next: `${PASSWORD}!`, repeated: `${PASSWORD}!` }),
        redirect: "manual",
      });
    expect((await change("not it")).status).toBe(400);
    expect((await change(PASSWORD)).status).toBe(302);
  });
});

describe.skipIf(!hasBrowser)("in a browser", () => {
  it("a person signs in, is led back, and signs out", async () => {
    await setPassword((await newUser("browser@example.com")).signInUrl);
    const { page, complaints } = await browser.visit();
    await page.goto(`${app.origin}/account/tokens`);
    expect(page.url()).toContain("/sign-in?redirectTo=%2Faccount%2Ftokens");
    await page.getByLabel("Email").fill("browser@example.com");
    await page.getByLabel("Password").fill("wrong wrong wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByLabel("Email").inputValue()).toBe("browser@example.com");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Tokens", level: 1 }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in", level: 1 }).waitFor();
    expect(complaints).toEqual([]);
  });
});
