import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fingerprint } from "../support/state.js";
import { createDeletable, startWorld, type World } from "../support/world.js";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.stop());

const begin = async () =>
  (await world.ok<{ authorizationCode: string }>("POST", "/api/v1/authorization-code")).authorizationCode;
const redeem = (authorizationCode: unknown) => world.app.api("POST", "/api/v1/token", { body: { authorizationCode } });
/** What the page does when the person says yes. */
const approve = (code: string, userId = world.owner.userId) =>
  world.pool.query(
    "UPDATE authorization_code SET approved_by = $2, approved_at = now() WHERE hash = sha256(convert_to($1, 'UTF8'))",
    [code, userId],
  );

describe("an authorization code", () => {
  it("is worth nothing before a person approves it, and one token after", async () => {
    const code = await begin();
    expect((await redeem(code)).body).toEqual({ token: null });
    await approve(code);
    const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(code)));
    const tokens = answers.flatMap(({ status, body }) =>
      status === 200 && body["token"] !== null ? [body["token"]] : [],
    );
    expect(tokens).toHaveLength(1);
    for (const { status } of answers) expect([200, 400]).toContain(status);
    expect((await redeem(code)).status).toBe(400);
    expect(JSON.stringify(tokens)).toContain("tr_pat_");
  });

  it("is worth nothing once it has run out, approved or not", async () => {
    for (const isApproved of [false, true]) {
      const code = await begin();
      if (isApproved) await approve(code);
      await world.pool.query("UPDATE authorization_code SET expires_at = now() WHERE redeemed_at IS NULL");
      const before = await fingerprint(world.pool);
      expect((await redeem(code)).status).toBe(400);
      expect(await fingerprint(world.pool)).toEqual(before);
    }
  });

  it("is worth nothing when whoever approved it is gone", async () => {
    const tenant = await createDeletable(world.app, "gone");
    const code = await begin();
    await approve(code, tenant.userId);
    await world.app.admin("user", "delete", "--email", tenant.email);
    expect((await redeem(code)).status).toBe(400);
  });

  it("cannot be guessed, bent or made up", async () => {
    const code = await begin();
    await approve(code);
    const before = await fingerprint(world.pool);
    const wrong = [
      ...[
        code.slice(0, -1),
        `${code}=`,
        ` ${code}`,
        `${code} `,
        code.toLowerCase() === code ? code.toUpperCase() : code.toLowerCase(),
      ],
      ...[
        "%",
        "' OR '1'='1",
        "",
        null,
        0,
        true,
        [code],
        { code },
        "\u0000",
        code.repeat(10),
        randomBytes(32).toString("base64url"),
      ],
    ];
    for (const one of wrong) expect((await redeem(one)).status, String(one)).toBe(400);
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it("revives no token that was revoked when the same person logs in again", async () => {
    const log = async () => {
      const code = await begin();
      await approve(code);
      const { body } = await redeem(code);
      return String(Reflect.get(Object(body["token"]), "token"));
    };
    const first = await log();
    const { body } = await world.app.api<{ tokens: { id: string; kind: string; createdAt: string }[] }>(
      "GET",
      "/api/v1/auth/tokens",
      { as: first },
    );
    const newest = body.tokens
      .filter(({ kind }) => kind === "pat")
      .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0];
    expect((await world.app.api("DELETE", `/api/v1/auth/tokens/${newest?.id}`, { as: first })).status).toBe(204);
    const second = await log();
    expect((await world.app.api("GET", "/api/v2/whoami", { as: first })).status).toBe(401);
    expect((await world.app.api("GET", "/api/v2/whoami", { as: second })).status).toBe(200);
  });

  it("names its client in one line of plain text, whatever that says of itself", async () => {
    await world.app.api("POST", "/api/v1/authorization-code", {
      headers: { "user-agent": `<script>\u00e9${"x".repeat(3_000)}` },
    });
    const { rows } = await world.pool.query<{ client: string }>("SELECT client FROM authorization_code");
    for (const { client } of rows) expect(client).toMatch(/^[\x20-\x7e]{1,255}$/);
  });
});

describe("with rates on", () => {
  let limited: World;

  beforeAll(async () => {
    limited = await startWorld({ env: { RATE_LIMITS: "on" } });
  });

  afterAll(() => limited?.stop());

  it("codes can neither be tried out nor asked for without end", async () => {
    const guess = () =>
      limited.app.api("POST", "/api/v1/token", { body: { authorizationCode: randomBytes(32).toString("base64url") } });
    const guesses = await Promise.all(Array.from({ length: 130 }, guess));
    expect(guesses.filter(({ status }) => status === 400)).toHaveLength(100);
    expect(guesses.filter(({ status }) => status === 429)).toHaveLength(30);
    const asked = await Promise.all(
      Array.from({ length: 40 }, () => limited.app.api("POST", "/api/v1/authorization-code")),
    );
    expect(asked.filter(({ status }) => status === 200)).toHaveLength(30);
    expect(asked.filter(({ status }) => status === 429)).toHaveLength(10);
  });
});
