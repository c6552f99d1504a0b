import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  checkScopes,
  createAbility,
  type CredentialResolvers,
  type EnvironmentEvidence,
  type RbacController,
  type RbacPlugin,
  type Resolved,
  type UserEvidence,
} from "../src/index.js";

const docs = new URL("../../../docs/", import.meta.url);
const source = new URL("examples/production-read-only-plugin.mjs", docs);
const guide = readFileSync(new URL("writing-an-rbac-plugin.md", docs), "utf8");

const organization = { id: "org_1", slug: "acme", title: "Acme", policy: null, createdAt: new Date(0) };
const project = { id: "proj_1", ref: "proj_ref", slug: "shop", name: "Shop", createdAt: new Date(0) };
const user = { id: "user_1", email: "dev@example.com", name: null };
const production = {
  id: "env_1",
  type: "PRODUCTION",
  slug: "prod",
  branch: null,
  parentId: null,
  ownerUserId: null,
} as const;
const staging = { ...production, id: "env_2", type: "STAGING", slug: "staging" } as const;

const person = (environment: typeof production | typeof staging, role: unknown): UserEvidence => ({
  user,
  credential: { kind: "pat", id: "pat_1", expiresAt: null, maxRole: null },
  caps: [["*:all"]],
  narrowing: null,
  place: { organization, membership: { role: "x", since: new Date(0) }, project, environment },
  missing: null,
  role,
});

const environmentCaller = (caller: typeof user | null): EnvironmentEvidence => ({
  credential: { kind: "environmentKey", id: "envkey_1" },
  user: caller,
  caps: [],
  narrowing: null,
  membership: null,
  organization,
  project,
  environment: production,
  missing: null,
  role: null,
});

/** The example under resolvers that answer what they are told, and the statements that it ran. */
async function load(users: Resolved<UserEvidence>, bearer: Resolved<EnvironmentEvidence>) {
  const module: { default: RbacPlugin } = await import(source.href);
  const lookups: unknown[] = [];
  const answer =
    <Answer>(value: Answer) =>
    async (...[, , options]: Parameters<CredentialResolvers["bearer"]>) => {
      lookups.push(options);
      return value;
    };
  const statements: string[] = [];
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const controller: RbacController = await module.default.create({
    credentials: {
      personalAccessToken: answer(users),
      userActor: answer(users),
      session: answer(users),
      bearer: answer(bearer),
    },
    query: async (text) => {
      statements.push(text);
      return [];
    },
    log,
  });
  return { controller, statements, lookups };
}

const request = { target: { kind: "none" } } as const;

async function abilityOf(evidence: UserEvidence) {
  const { controller } = await load({ ok: true, evidence }, { ok: false, reason: "unknown" });
  const answers = await Promise.all([
    controller.authenticatePersonalAccessToken("t", request),
    controller.authenticateUserActor("t", request),
    controller.authenticateSession("t", request),
  ]);
  return answers.map((answer) => answer.ok && answer.authentication.ability.can(["write:runs"]));
}

describe("the guide to RBAC plugins", () => {
  it("shows the example as it is", () => {
    expect(guide).toContain(`\`\`\`js\n${readFileSync(source, "utf8")}\`\`\``);
  });

  it("says of abilities what they do", () => {
    expect(createAbility([]).can(["read:runs"])).toBe(true);
    expect(createAbility([["read:all"], ["*:runs"]]).can(["read:runs"])).toBe(true);
    expect(createAbility([["read:all"], ["*:runs"]]).can(["write:runs"])).toBe(false);
    expect(createAbility([["read:runs"]]).grant(["read:all"])).toEqual({
      granted: ["read:runs"],
      denied: ["read:all"],
    });
    expect(createAbility([["admin"], []]).can(["read:runs"])).toBe(false);
  });

  it("is not contradicted by the package's README", () => {
    const ability = createAbility([["read:all"], ["*:runs"]]);
    expect(ability.can(["read:runs:run_1"])).toBe(true);
    expect(ability.grant(["write:runs", "read:runs"])).toEqual({ granted: ["read:runs"], denied: ["write:runs"] });
    expect(checkScopes(["read:run"])).toMatchObject({ ok: false, problems: [{ suggestion: "read:runs" }] });
  });
});

describe("its example", () => {
  it("lets nobody but an owner write in production", async () => {
    expect(await abilityOf(person(production, true))).toEqual([true, true, true]);
    for (const role of [false, null, "owner", undefined]) {
      expect(await abilityOf(person(production, role))).toEqual([false, false, false]);
    }
  });

  it("leaves the other environments alone", async () => {
    expect(await abilityOf(person(staging, false))).toEqual([true, true, true]);
  });

  it("narrows an exchanged JWT of production, and not its key", async () => {
    for (const caller of [user, null]) {
      const { controller } = await load(
        { ok: false, reason: "unknown" },
        { ok: true, evidence: environmentCaller(caller) },
      );
      const answer = await controller.authenticateBearer("t", request);
      expect(answer.ok && answer.authentication.ability.can(["write:runs"])).toBe(caller === null);
      expect(answer.ok && answer.authentication.ability.can(["read:runs"])).toBe(true);
    }
  });

  it("passes refusals on, installs itself in one statement and always asks for the role", async () => {
    const { controller, statements, lookups } = await load(
      { ok: false, reason: "revoked" },
      { ok: false, reason: "expired" },
    );
    expect(await controller.authenticatePersonalAccessToken("t", request)).toEqual({ ok: false, reason: "revoked" });
    expect(await controller.authenticateBearer("t", request)).toEqual({ ok: false, reason: "expired" });
    expect(statements).toHaveLength(1);
    expect(lookups).toEqual(lookups.map(() => ({ roleFunction: "production_read_only.acts_as_owner" })));
  });
});
