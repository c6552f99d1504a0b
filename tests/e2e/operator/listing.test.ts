import { afterAll, beforeAll, expect, it } from "vitest";
import { startWorld, type World } from "../support/world.js";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

interface Page {
  tokens: { id: string; kind: string; revokedAt: string | null }[];
  pagination: { next?: string };
}

it("pages one's own tokens, each once, live ones first, while others are minted and revoked", async () => {
  const minted = await Promise.all(Array.from({ length: 9 }, () => world.mint()));
  await world.app.admin("token", "revoke", "--id", minted[0]?.id ?? "");
  const whole = await world.ok<Page>("GET", "/api/v1/auth/tokens", { as: world.owner.pat });
  expect(whole.pagination).toEqual({});
  const seen: Page["tokens"] = [];
  for (let after: string | undefined = ""; after !== undefined;) {
    const query: string = `?page[size]=4${after && `&page[after]=${after}`}`;
    const page: Page = await world.ok<Page>("GET", `/api/v1/auth/tokens${query}`, { as: world.owner.pat });
    expect(page.tokens.length).toBeLessThanOrEqual(4);
    seen.push(...page.tokens);
    after = page.pagination.next;
    const { id } = await world.mint();
    await world.app.api("DELETE", `/api/v1/auth/tokens/${id}`, { as: world.owner.pat });
  }
  expect(seen.map(({ id }) => id)).toEqual(whole.tokens.map(({ id }) => id));
  expect(seen.map(({ kind }) => kind)).toEqual(["pat", ...Array.from({ length: 9 }, () => "uat")]);
  expect(seen.at(-1)).toMatchObject({ id: minted[0]?.id, revokedAt: expect.any(String) });
});

it("refuses another person's cursor", async () => {
  const { pagination } = await world.ok<Page>("GET", "/api/v1/auth/tokens?page[size]=1", { as: world.owner.pat });
  const answer = await world.app.api("GET", `/api/v1/auth/tokens?page[after]=${pagination.next}`, {
    as: world.stranger.pat,
  });
  expect(answer.status).toBe(400);
});

it.each(["ci\u202ebot", "c\u200bi", "ci\u2066", "ci\ufeff", "ci\u{e0041}", "ci\u00ad", "ci\u3164"])(
  "refuses a client label with invisible characters: %j",
  async (client) => {
    const answer = await world.app.api("POST", "/api/v1/auth/user-actor-token", {
      as: world.owner.pat,
      body: { client },
    });
    expect(answer.status).toBe(400);
  },
);

it("lists what the instance has for its operator", async () => {
  const { app, owner } = world;
  expect(await app.admin("user", "list")).toMatchObject({
    users: [{ email: owner.email }, { email: world.stranger.email, userId: world.stranger.userId }],
  });
  expect(await app.admin("org", "list")).toMatchObject({
    organizations: [{ slug: "main", members: 1, projects: 1 }, { slug: "stranger" }],
  });
  expect(await app.admin("project", "list", "--org", "main")).toMatchObject({ projects: [{ ref: owner.ref }] });
  expect(await app.admin("member", "list", "--org", "main")).toMatchObject({
    members: [{ userId: owner.userId, email: owner.email, role: "owner" }],
  });
  const { tokens } = await app.admin<{ tokens: object[] }>("pat", "list", "--email", owner.email);
  expect(tokens).toMatchObject([{ id: owner.patId }]);
  expect(JSON.stringify(tokens)).not.toContain(owner.pat);
  await expect(app.admin("member", "list", "--org", "nothing")).rejects.toThrow("nothing");
});
