import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cookiesOf, csrfOf } from "./page-session.js";

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app?.stop());

it("slows down whoever tries passwords, and says how long to wait", async () => {
  const form = await fetch(`${app.origin}/sign-in`);
  const cookie = cookiesOf(form);
  const csrf = csrfOf(await form.text());
  const attempt = () =>
    fetch(`${app.origin}/sign-in`, {
      method: "POST",
      headers: { cookie },
      body: new URLSearchParams({ csrf, email: app.bootstrap.email, password: "not the password" }),
    });
  const answers = [];
  for (let count = 0; count < 21; count++) answers.push(await attempt());
  expect(answers[0]?.status).toBe(401);
  const last = answers.at(-1);
  expect(last?.status).toBe(429);
  expect(Number(last?.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await last?.text()).toContain("Too many attempts");
  expect((await app.api("GET", "/api/v2/whoami", { as: app.bootstrap.personalAccessToken })).status).toBe(200);
});
