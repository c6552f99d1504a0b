import { startApp, type TestApp } from "@trigger.dev/testing";
import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WITH_ROLES } from "../support/roles.js";
import { hasBrowser, useBrowser } from "./browser.js";
import { type PageSession, signInBy } from "./page-session.js";

const PATH = "/orgs/main/members";
const browser = useBrowser();

interface Person {
  userId: string;
  session: PageSession;
}

async function join(app: TestApp, email: string, role: string): Promise<Person> {
  const { userId, signInUrl } = await app.admin<{ userId: string; signInUrl: string }>(
    "user",
    "create",
    "--email",
    email,
  );
  await app.admin("member", "add", "--org", "main", "--email", email, "--role", role);
  return { userId, session: await signInBy(app, signInUrl) };
}

const textOf = async (answer: Promise<Response>) => (await answer).text();

describe("the page of an organization's members, with roles", () => {
  let app: TestApp;
  let owner: PageSession;
  let admin: Person;
  let viewer: Person;

  beforeAll(async () => {
    app = await startApp({ env: { RATE_LIMITS: "off", ...WITH_ROLES } });
    owner = await signInBy(app);
    admin = await join(app, "admin-too@example.com", "admin");
    viewer = await join(app, "viewer@example.com", "viewer");
  });
  afterAll(() => app?.stop());

  const members = async () => {
    const { body } = await app.api<{ members: { email: string; role: string }[]; invitations: { id: string }[] }>(
      ...(["GET", `/api/v1${PATH}`, { as: app.bootstrap.personalAccessToken }] as const),
    );
    return { roles: Object.fromEntries(body.members.map(({ email, role }) => [email, role])), ...body };
  };
  const refusedActions = async () => {
    const { body } = await app.api<{ data: { action: string; reason: string }[] }>(
      ...([
        "GET",
        "/api/v1/orgs/main/audit?filter[outcome]=refused",
        { as: app.bootstrap.personalAccessToken },
      ] as const),
    );
    return body.data.map(({ action, reason }) => `${action} ${reason}`);
  };

  it("lists members, roles and what they allow, and is linked from the start page", async () => {
    expect(await textOf(owner.get("/"))).toContain(`href="${PATH}"`);
    const page = await textOf(owner.get(PATH));
    for (const text of [
      "admin-too@example.com",
      "viewer@example.com",
      "Invite somebody",
      "Change role",
      "write:errors",
    ])
      expect(page).toContain(text);
  });

  it("shows who may only look nothing to change, and takes nothing from them", async () => {
    const page = await textOf(viewer.session.get(PATH));
    expect(page).toContain("admin-too@example.com");
    for (const text of ["Invite somebody", "Change role", "Remove"]) expect(page).not.toContain(text);
    expect(page).toContain("Leave");
    const before = await members();
    for (const fields of [
      { intent: "invite", email: "x@example.com", role: "viewer" },
      { intent: "set-role", id: viewer.userId, role: "owner" },
      { intent: "remove", id: admin.userId },
    ]) {
      const answer = await viewer.session.send(PATH, fields);
      expect(answer.status).toBe(403);
      expect(await answer.text()).toContain("write:members");
    }
    expect(await members()).toEqual(before);
    await expect.poll(refusedActions).toEqual(expect.arrayContaining(["member.set-role insufficient_scope"]));
  });

  it("changes a role, invites, takes an invitation back and removes", async () => {
    const changed = await owner.send(PATH, { intent: "set-role", id: viewer.userId, role: "developer" });
    expect([changed.status, changed.headers.get("location")]).toEqual([302, `${PATH}?done=set-role`]);
    expect((await members()).roles["viewer@example.com"]).toBe("developer");
    await owner.send(PATH, { intent: "set-role", id: viewer.userId, role: "viewer" });

    const invited = await owner.send(PATH, { intent: "invite", email: "grace@example.com", role: "viewer" });
    expect(invited.headers.get("location")).toBe(`${PATH}?done=invite`);
    expect(await textOf(owner.get(PATH))).toContain("grace@example.com");
    const [invitation] = (await members()).invitations;
    await owner.send(PATH, { intent: "remove", id: invitation?.id ?? "" });
    expect((await members()).invitations).toEqual([]);

    const gone = await join(app, "gone@example.com", "developer");
    await owner.send(PATH, { intent: "remove", id: gone.userId });
    expect((await members()).roles).not.toHaveProperty("gone@example.com");
    expect((await gone.session.get(PATH)).status).toBe(404);
  });

  it("holds to the rules of the API: nothing that one does not hold, and never without an owner", async () => {
    const before = await members();
    for (const [who, fields, status] of [
      [admin.session, { intent: "set-role", id: admin.userId, role: "owner" }, 403],
      [admin.session, { intent: "set-role", id: app.bootstrap.userId, role: "viewer" }, 403],
      [admin.session, { intent: "remove", id: app.bootstrap.userId }, 403],
      [admin.session, { intent: "invite", email: "x@example.com", role: "owner" }, 403],
      [owner, { intent: "set-role", id: app.bootstrap.userId, role: "admin" }, 409],
      [owner, { intent: "remove", id: app.bootstrap.userId }, 409],
      [owner, { intent: "set-role", id: viewer.userId, role: "Owner" }, 400],
      [owner, { intent: "set-role", id: viewer.userId, role: "__proto__" }, 400],
      [owner, { intent: "set-role", id: viewer.userId, role: "nobody-made-it" }, 404],
      [owner, { intent: "set-role", id: "user_1", role: "viewer" }, 404],
      [owner, { intent: "invite", email: "no address", role: "viewer" }, 400],
      [owner, { intent: "invite", email: "viewer@example.com", role: "viewer" }, 409],
      [owner, { intent: "seize", id: viewer.userId }, 400],
    ] as const) {
      expect((await who.send(PATH, fields)).status, JSON.stringify(fields)).toBe(status);
    }
    expect(await members()).toEqual(before);
    await expect.poll(refusedActions).toEqual(expect.arrayContaining(["member.set-role exceeds_own"]));
  });

  it("takes no form of another session or site, and is hidden from who is no member", async () => {
    const before = await members();
    const fields = { intent: "set-role", id: viewer.userId, role: "admin" };
    expect((await owner.send(PATH, { ...fields, csrf: admin.session.csrf })).status).toBe(403);
    const crossSite = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
    expect((await owner.send(PATH, fields, crossSite)).status).toBe(403);
    const { signInUrl } = await app.admin<{ signInUrl: string }>("user", "create", "--email", "stranger@example.com");
    const stranger = await signInBy(app, signInUrl);
    for (const path of [PATH, "/orgs/nowhere/members", "/orgs/..%2f/members", "/orgs/MAIN/members"]) {
      expect((await stranger.get(path)).status).toBe(404);
      expect((await stranger.send(path, fields)).status).toBe(404);
    }
    expect(await members()).toEqual(before);
  });

  it("lets anybody leave, who then sees no more of it", async () => {
    const leaver = await join(app, "leaver@example.com", "viewer");
    const left = await leaver.session.send(PATH, { intent: "remove", id: leaver.userId });
    expect(left.headers.get("location")).toBe("/");
    expect((await leaver.session.get(PATH)).status).toBe(404);
  });

  it.skipIf(!hasBrowser).each(["light", "dark"] as const)(
    "works by keyboard and label in a browser, in %s",
    async (colorScheme) => {
      const { page, complaints } = await browser.visit({ colorScheme, viewport: { width: 320, height: 700 } });
      await page.goto(
        (await app.admin<{ signInUrl: string }>("user", "sign-in-link", "--email", app.bootstrap.email)).signInUrl,
      );
      await page.getByRole("link", { name: "Members and roles" }).click();
      const role = colorScheme === "light" ? "developer" : "viewer";
      await page.getByLabel("Role of viewer@example.com").selectOption(role);
      await page.getByRole("button", { name: "Change role of viewer@example.com" }).click();
      await page.getByText("The role is changed").waitFor();
      const card = page.locator(".card", { hasText: "viewer@example.com" });
      await card.locator("summary").click();
      await card.getByRole("button", { name: "Remove now" }).waitFor();
      const wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag22aa"]).analyze();
      expect([wide, violations.map(({ id }) => id), complaints]).toEqual([0, [], []]);
    },
  );
});

describe("the page of an organization's members, without roles", () => {
  it("says so in a sentence, lists members and changes nothing", async () => {
    const app = await startApp({ env: { RATE_LIMITS: "off" } });
    try {
      const session = await signInBy(app);
      const page = await textOf(session.get(PATH));
      expect(page).toContain("Roles are not managed on this instance");
      expect(page).toContain(app.bootstrap.email);
      for (const text of ["Invite somebody", "Change role", "Leave"]) expect(page).not.toContain(text);
      const sent = await session.send(PATH, { intent: "invite", email: "x@example.com", role: "viewer" });
      expect(sent.status).toBe(501);
    } finally {
      await app.stop();
    }
  });
});
