import type { AccessTarget, EnvironmentSlug, Place } from "@trigger.dev/plugins/rbac";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorld, type World } from "../test-world/world.js";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const shop = (environment: EnvironmentSlug, branch?: string): AccessTarget => ({
  kind: "environment",
  ref: world.project.ref,
  environment,
  ...(branch === undefined ? {} : { branch }),
});
const other = (branch?: string): AccessTarget => ({
  kind: "environment",
  ref: world.foreignProject.ref,
  environment: "dev",
  ...(branch === undefined ? {} : { branch }),
});

/** The ids of what a person sees, from the organization down. */
const seen = (place: Place | null): (string | null)[] =>
  place ? [place.organization.id, place.project?.id ?? null, place.environment?.id ?? null] : [];
const inShop = (environment: { id: string } | null) => [world.acme.id, world.project.id, environment?.id ?? null];
const inOther = () => [world.other.id, world.foreignProject.id, null];

type Case = [
  what: string,
  who: "ada" | "bob" | "eve",
  target: () => AccessTarget,
  missing: string | null,
  sees: () => (string | null)[],
];

const NOTHING = () => [];
const cases: Case[] = [
  [
    "one's organization",
    "ada",
    () => ({ kind: "organization", slug: "acme" }),
    null,
    () => [world.acme.id, null, null],
  ],
  ["a foreign organization", "eve", () => ({ kind: "organization", slug: "acme" }), "organization", NOTHING],
  ["no organization", "ada", () => ({ kind: "organization", slug: "none" }), "organization", NOTHING],
  ["one's project", "ada", () => ({ kind: "project", ref: world.project.ref }), null, () => inShop(null)],
  ["a foreign project", "eve", () => ({ kind: "project", ref: world.project.ref }), "project", NOTHING],
  ["no project", "ada", () => ({ kind: "project", ref: "proj_none" }), "project", NOTHING],
  ["a project with NUL in it", "ada", () => ({ kind: "project", ref: "proj_\0" }), "project", NOTHING],
  ["prod", "bob", () => shop("prod"), null, () => inShop(world.prod)],
  ["one's own dev", "ada", () => shop("dev"), null, () => inShop(world.dev)],
  ["dev, which is each one's own", "bob", () => shop("dev"), null, () => inShop(world.bobsDev)],
  ["a foreign prod", "eve", () => shop("prod"), "project", NOTHING],
  ["preview's root", "ada", () => shop("preview"), null, () => inShop(world.preview)],
  ["a preview branch", "bob", () => shop("preview", "feature"), null, () => inShop(world.branch)],
  ["no such branch", "ada", () => shop("preview", "none"), "branch", () => inShop(null)],
  ["an empty branch", "ada", () => shop("preview", ""), "branch", () => inShop(null)],
  ["a branch of prod", "ada", () => shop("prod", "feature"), "branch", () => inShop(null)],
  ["one's own dev branch", "ada", () => shop("dev", "mine"), null, () => inShop(world.devBranch)],
  ["another's dev branch", "bob", () => shop("dev", "mine"), "branch", () => inShop(null)],
  ["a dev that is not there", "eve", () => other(), "environment", inOther],
  ["a branch of a dev that is not there", "eve", () => other("x"), "environment", inOther],
  ["the credential's own environment", "ada", () => ({ kind: "credential" }), "environment", NOTHING],
];

describe("a target, seen through a person's credential", () => {
  it.each(cases)("%s (%s)", async (_what, who, target, missing, sees) => {
    const pat = await world.insert.pat(world[who].id);
    const { value, statements } = await world.counting(() =>
      world.resolvers.personalAccessToken(pat.token, { target: target() }),
    );
    expect(statements).toBe(1);
    if (!value.ok) throw new Error(value.reason);
    expect(value.evidence.missing).toBe(missing);
    expect(seen(value.evidence.place)).toEqual(sees());
  });

  it("comes with the membership, which began in a whole second", async () => {
    const pat = await world.insert.pat(world.ada.id);
    const target = { kind: "organization", slug: "acme" } as const;
    expect(await world.resolvers.personalAccessToken(pat.token, { target })).toMatchObject({
      evidence: { place: { membership: { role: "owner", since: expect.any(Date) } } },
    });
  });
});
