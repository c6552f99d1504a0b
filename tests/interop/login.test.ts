import { chromium as playwright, type Browser, type Page } from "@playwright/test";
import { chromium, NO_BROWSER, startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PublishedCli, publishedCli, type RunningCli } from "./src/published-cli.js";

const executable = chromium();
const SKIPPED = executable === null ? `: ${NO_BROWSER}` : "";
const LOGIN_PAGE = /http:\/\/\S+\/authorize\/[\w-]+/;

/** Waits for the address that the CLI asks its person to open. */
async function loginPage(login: RunningCli): Promise<string> {
  for (;;) {
    const url = LOGIN_PAGE.exec(login.written())?.[0];
    if (url !== undefined) return url;
    const ended = await Promise.race([login.ended, new Promise((resolve) => setTimeout(resolve, 50))]);
    if (ended !== undefined) throw new Error(`The CLI ended without a login page:\n${login.written()}`);
  }
}

describe.skipIf(executable === null)(`login of the published CLI${SKIPPED}`, () => {
  let app: TestApp;
  let browser: Browser;
  let page: Page;
  let cli: PublishedCli;
  const homes: PublishedCli[] = [];
  const command = () => ["login", "--no-browser", "--api-url", app.origin];

  const loggedOut = async (): Promise<PublishedCli> => {
    const made = await publishedCli();
    homes.push(made);
    return made;
  };

  /** Names of the personal access tokens that could be used now. */
  const tokens = async (): Promise<string[]> => {
    const answer = await app.api<{ tokens: { kind: string; name: string | null; revokedAt: string | null }[] }>(
      "GET",
      "/api/v1/auth/tokens",
      { as: app.bootstrap.personalAccessToken },
    );
    return answer.body.tokens
      .filter(({ kind, revokedAt }) => kind === "pat" && revokedAt === null)
      .map(({ name }) => name ?? "");
  };

  const poll = (url: string) =>
    app.api("POST", "/api/v1/token", { body: { authorizationCode: new URL(url).pathname.split("/").at(-1) } });

  beforeAll(async () => {
    if (executable === null) return;
    [app, browser] = await Promise.all([startApp(), playwright.launch({ ...executable, headless: true })]);
    page = await browser.newPage();
    await page.goto(app.bootstrap.signInUrl);
    cli = await loggedOut();
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all(homes.map(({ home }) => home.remove()));
    await app?.stop();
  });

  test("waits until the person approves; opening the page approves nothing", async () => {
    const before = await tokens();
    const login = cli.start(command());
    const url = await loginPage(login);
    await page.goto(url);
    await page.reload();
    expect(await page.getByRole("button", { name: "Approve" }).count()).toBe(1);
    expect((await poll(url)).body).toEqual({ token: null });
    expect(await tokens()).toEqual(before);
    expect((await cli.home.profile()).accessToken).toBeUndefined();

    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByRole("heading", { name: "Approved" }).waitFor();
    const { code, stdout } = await login.ended;
    expect([code, stdout]).toEqual([0, expect.stringContaining("Logged in successfully")]);
    expect(stdout).toContain(app.bootstrap.email);
    expect((await tokens()).length).toBe(before.length + 1);
  });

  test("stores a token that works as that person", async () => {
    const { accessToken, apiUrl } = await cli.home.profile();
    expect(accessToken).toMatch(/^tr_pat_[1-9a-km-z]{40}$/);
    expect(accessToken).not.toBe(app.bootstrap.personalAccessToken);
    expect(apiUrl).toBe(app.origin);
    const { code, stdout } = await cli.run(["whoami"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining(app.bootstrap.userId)]);
    const minted = await cli.run(["mint-token", "--cap", "read:runs"]);
    expect(minted.stdout).toMatch(/^tr_uat_\S+\n$/);
  });

  test("ends without a token when the person denies", async () => {
    const { home, start } = await loggedOut();
    const before = await tokens();
    const login = start(command());
    const url = await loginPage(login);
    await page.goto(url);
    await page.getByRole("button", { name: "Deny" }).click();
    await page.getByRole("heading", { name: "Denied" }).waitFor();
    expect((await login.ended).stdout).not.toContain("Logged in successfully");
    expect((await home.profile()).accessToken).toBeUndefined();
    expect((await poll(url)).status).toBe(400);
    expect(await tokens()).toEqual(before);
  });

  test("can be resumed by another process after the approval, once", async () => {
    const { home, run } = await loggedOut();
    const started = await run([...command(), "--no-wait"]);
    const url = LOGIN_PAGE.exec(started.stdout)?.[0] ?? "";
    expect([started.code, started.stdout]).toEqual([0, expect.stringContaining("Authorization saved")]);
    await page.goto(url);
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByRole("heading", { name: "Approved" }).waitFor();
    const resumed = await run(command());
    expect([resumed.code, resumed.stdout]).toEqual([0, expect.stringContaining("Logged in successfully")]);
    expect((await home.profile()).accessToken).toMatch(/^tr_pat_/);
    expect((await poll(url)).status).toBe(400);
  });

  test("asks somebody who is not signed in to sign in first, and approves nothing", async () => {
    const { run } = await loggedOut();
    const started = await run([...command(), "--no-wait"]);
    const url = LOGIN_PAGE.exec(started.stdout)?.[0] ?? "";
    const stranger = await browser.newContext();
    const strange = await stranger.newPage();
    await strange.goto(url);
    expect(new URL(strange.url()).pathname).toBe("/sign-in");
    expect(await strange.getByRole("button", { name: "Approve" }).count()).toBe(0);
    await stranger.close();
    expect((await poll(url)).body).toEqual({ token: null });
  });
});
