import { freePort, startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cookiesOf, csrfOf } from "./page-session.js";

const PUBLIC = "https://trigger.example.com";

let app: TestApp;
let inside: string;

beforeAll(async () => {
  const port = await freePort();
  inside = `http://127.0.0.1:${port}`;
  app = await startApp({ env: { APP_ORIGIN: PUBLIC, PORT: String(port), RATE_LIMITS: "off" } });
});
afterAll(() => app?.stop());

const open = () => fetch(inside + new URL(app.bootstrap.signInUrl).pathname, { redirect: "manual" });

it("keeps cookies to this host and to https, and asks browsers for https from then on", async () => {
  const opened = await open();
  expect(opened.headers.get("set-cookie")).toMatch(
    /^__Host-trigger_session=[^;]+; .*Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  expect(opened.headers.get("set-cookie")).not.toContain("Domain");
  expect(opened.headers.get("strict-transport-security")).toContain("max-age=31536000");
});

it("takes forms from the public address, though the proxy names another host", async () => {
  const cookie = cookiesOf(await open());
  const html = await (await fetch(`${inside}/account/tokens`, { headers: { cookie } })).text();
  const send = (headers: Record<string, string>) =>
    fetch(`${inside}/account/tokens`, {
      method: "POST",
      headers: { cookie, ...headers },
      body: new URLSearchParams({ csrf: csrfOf(html), intent: "create", name: "proxied", days: "7" }),
    });
  expect((await send({ origin: PUBLIC })).status).toBe(200);
  expect((await send({ origin: PUBLIC, "x-forwarded-host": "evil.example" })).status).toBe(200);
  expect((await send({ origin: "https://evil.example" })).status).toBe(403);
  expect((await send({ origin: "https://evil.example", "x-forwarded-host": "evil.example" })).status).toBe(403);
});

it("names the public address in what it hands out", async () => {
  expect(app.bootstrap.signInUrl).toMatch(/^https:\/\/trigger\.example\.com\/sign-in\/link\//);
  const answer = await fetch(`${inside}/api/v1/authorization-code`, { method: "POST" });
  const body: { url: string } = JSON.parse(await answer.text());
  expect(body.url).toMatch(/^https:\/\/trigger\.example\.com\/authorize\//);
});
