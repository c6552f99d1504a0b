import { afterEach, beforeAll, expect, it } from "vitest";
import { buildCli, createCliHome } from "./run-cli.js";
import { type Answer, type Arrived, startThrowawayServer } from "./throwaway-server.js";

const TOKEN = "tr_pat_123456789abcdefghijk";
const minted = {
  token: "tr_uat_eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl",
  id: "uat_a",
  expiresAt: "2026-01-01T00:00:00.000Z",
  expiresInSeconds: 3600,
  cap: null,
};

const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));
beforeAll(async () => {
  await buildCli();
});

async function at(answer: (request: Arrived) => Answer) {
  const server = await startThrowawayServer(answer);
  stops.push(server.stop);
  const { run } = await createCliHome();
  const env = { TRIGGER_ACCESS_TOKEN: TOKEN, TRIGGER_API_URL: server.origin };
  return { ...server, run: (...args: string[]) => run(args, env) };
}

it("a name with escape sequences cannot draw on the terminal", async () => {
  const hostile = "\u001b[2J\u001b]0;owned\u0007Acme\r\n\u009b31m\u202eevil";
  const { run } = await at(() => ({
    body: [{ id: "org_a", title: hostile, slug: "s", createdAt: "2026-01-01T00:00:00.000Z" }],
  }));
  const { code, stdout } = await run("orgs", "list");
  expect(code).toBe(0);
  expect(stdout).toBe("Title\tSlug\tId\tCreated\nAcme evil\ts\torg_a\t2026-01-01\n");
  const json = (await run("orgs", "list", "--json")).stdout;
  expect(json.trimEnd()).not.toMatch(/[\p{Control}\u202e]/u);
  expect(JSON.parse(json)[0].title).toBe(hostile);
});

it("a refusal with escape sequences and a token in it shows neither", async () => {
  const { run } = await at(() => ({
    status: 403,
    body: { error: `no \u001b[31m${TOKEN}`, code: "forbidden", scopes: ["read:tokens"] },
  }));
  const { code, stdout, stderr } = await run("whoami");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toBe("Error: no tr_pat_…\nNeeded: read:tokens\n");
});

it("a token with a line break or an escape sequence in it is not printed", async () => {
  const { run } = await at(() => ({ body: { ...minted, token: "tr_uat_a\u001b[2J\nrm -rf" } }));
  expect(await run("mint-token")).toMatchObject({ code: 1, stdout: "" });
});

it("only mint-token's standard output ever has a token, also under --log-level debug", async () => {
  const { run, requests } = await at(({ url }) =>
    url?.includes("user-actor-token") ? { body: minted } : { status: 500, body: { error: `broken ${TOKEN}` } },
  );
  const mint = await run("mint-token", "--log-level", "debug");
  expect(mint).toMatchObject({ code: 0, stdout: `${minted.token}\n` });
  expect(mint.stderr).toContain("POST http://127.0.0.1");
  expect(mint.stderr).not.toMatch(/tr_(?:pat|uat)_\w/);
  for (const command of [["whoami"], ["orgs", "list"], ["projects", "list"]]) {
    const { code, stdout, stderr } = await run(...command, "--log-level", "debug");
    expect(code).toBe(1);
    expect(stdout + stderr).not.toMatch(/tr_(?:pat|uat)_\w/);
  }
  expect(requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
});

it("mint-token sends what was asked for, and warns in one line when there is no cap", async () => {
  const { run, requests } = await at(({ body }) => ({ body: { ...minted, cap: JSON.parse(body).cap ?? null } }));
  const bare = await run("mint-token");
  expect(bare.stderr).toMatch(/^Warning: this token can do all that you can\.[^\n]*\n$/);
  const capped = await run(
    "mint-token",
    "--ttl",
    "30m",
    "--cap",
    "read:runs,read:tasks",
    "--cap",
    "write:tags",
    "--client",
    "ci",
  );
  expect(capped).toEqual({ code: 0, stdout: `${minted.token}\n`, stderr: "" });
  expect(requests.map(({ body }) => JSON.parse(body))).toEqual([
    { client: "cli" },
    { ttlSeconds: 1800, cap: ["read:runs", "read:tasks", "write:tags"], client: "ci" },
  ]);
  const json = await run("mint-token", "--cap", "read:runs", "--json");
  expect(JSON.parse(json.stdout)).toEqual({ ...minted, cap: ["read:runs"], client: "cli" });
});

it("something else than the API at that address is said to be that", async () => {
  const { run } = await at(() => ({ body: "<html>" }));
  const { code, stderr } = await run("whoami");
  expect(code).toBe(1);
  expect(stderr).toContain("did not answer as a Trigger.dev server would");
});

it("a redirect takes the token nowhere", async () => {
  const other = await at(() => ({ body: {} }));
  const { run } = await at(() => ({ status: 302, headers: { location: `${other.origin}/` }, body: "" }));
  expect(await run("whoami")).toMatchObject({ code: 1, stdout: "" });
  expect(other.requests).toEqual([]);
});

it("a sign-in page that is no web address is not opened", async () => {
  const { run } = await at(() => ({ body: { url: "file:///etc/passwd", authorizationCode: "c" } }));
  const { code, stderr } = await run("login");
  expect(code).toBe(1);
  expect(stderr).toContain("no web address");
});
