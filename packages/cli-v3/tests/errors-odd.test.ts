import { afterAll, beforeAll, expect, it } from "vitest";
import { buildCli, createCliHome } from "./run-cli.js";
import { type Answer, startThrowawayServer } from "./throwaway-server.js";

const HOSTILE = "boom \u001B[31mred\u001B[0m\u0007 \u202Egnp.exe\r\nsecond\u0000line\u009B2J";
const fields = {
  fingerprint: "1a",
  taskIdentifier: "hello",
  errorType: `Type\u001B]0;title\u0007Error`,
  errorMessage: HOSTILE,
  status: "unresolved",
  count: 3,
  firstSeen: "2026-11-22T10:00:00.000Z",
  lastSeen: "2026-11-22T11:00:00.000Z",
  resolvedAt: null,
  ignoredUntil: null,
};
const detail = {
  ...fields,
  affectedVersions: ["1\u001B[2J"],
  resolvedInVersion: null,
  resolvedBy: null,
  ignoredAt: null,
  ignoredReason: HOSTILE,
  ignoredByUserId: null,
  ignoredUntilOccurrenceRate: 10,
  ignoredUntilTotalOccurrences: null,
  groupedBy: { version: "1", tier: "frames", errorType: "E", frames: ["a:b"], skeleton: HOSTILE, causes: [] },
  sample: { runId: "run_a", stackTrace: `Error: ${HOSTILE}\n    at f (a.ts:1:1)`, version: null, at: fields.firstSeen },
};

let home: Awaited<ReturnType<typeof createCliHome>>;
let server: Awaited<ReturnType<typeof startThrowawayServer>>;
beforeAll(async () => {
  await buildCli();
  home = await createCliHome();
  server = await startThrowawayServer(({ url = "" }): Answer => {
    const path = url.split("?")[0] ?? "";
    if (path.endsWith("/jwt"))
      return { body: { token: "eyJ.a.b", scopes: [], deniedScopes: [], expiresAt: fields.firstSeen } };
    if (path.includes("error_gone"))
      return { status: 404, body: { error: "Error not found", code: "not_found", requestId: "r" } };
    if (path.includes("error_dead"))
      return { status: 401, body: { error: "no", code: "unauthorized", requestId: "r" } };
    if (path.endsWith("/errors"))
      return { body: { data: [{ ...fields, id: "error_a", hourly: Array(24).fill(1) }], pagination: {} } };
    if (path.endsWith("/activity")) {
      const user = { id: "user_a", name: HOSTILE };
      const credential = { kind: "uat", id: "uat_a" };
      const change = { id: "c", at: fields.firstSeen, from: "unresolved", to: "resolved", reason: "manual" };
      return { body: { data: [{ ...change, user, credential, client: HOSTILE, version: null }], pagination: {} } };
    }
    return { body: { ...detail, id: path.split("/")[4] ?? "" } };
  });
});
afterAll(() => server?.stop());

const errors = (...args: string[]) =>
  home.run(["errors", ...args, "-e", "dev", "-a", server.origin], {
    TRIGGER_ACCESS_TOKEN: "tr_pat_example",
    TRIGGER_PROJECT_REF: "proj_a",
  });
const bodies = (path: string) =>
  server.requests.filter(({ url }) => url?.startsWith(path)).map(({ body }) => JSON.parse(body || "{}"));

it.each([
  [["list"]],
  [["get", "error_a"]],
  [["activity", "error_a"]],
  [["resolve", "error_a", "error_gone"]],
  [["list", "--json"]],
  [["get", "error_a", "--json"]],
  [["activity", "error_a", "--json"]],
])("what an attacker wrote into an error reaches no terminal: %j", async (args) => {
  const { stdout, stderr } = await errors(...args);
  expect(stdout).toMatch(/error_a|uat_a/);
  expect((stdout + stderr).replaceAll(/[\n\t]/g, "")).not.toMatch(/[\p{Control}\u202A-\u202E]/u);
});

it("several are changed one by one, each reported, and one that fails fails the command", async () => {
  const { code, stdout, stderr } = await errors("unresolve", "error_a", "error_gone", "error_b");
  expect(stdout).toBe("error_a\tunresolved\nerror_b\tunresolved\n");
  expect(stderr).toBe("Error: error_gone: Error not found\nError: 1 of 3 could not be changed.\n");
  expect(code).toBe(1);

  const asJson = await errors("unresolve", "error_a", "error_gone", "--json");
  expect(asJson.code).toBe(1);
  expect(JSON.parse(asJson.stdout)).toMatchObject([
    { id: "error_a", status: "unresolved" },
    { id: "error_gone", error: "Error not found", code: "not_found" },
  ]);
});

it("one is answered by itself", async () => {
  expect(JSON.parse((await errors("resolve", "error_a", "--json")).stdout)).toMatchObject({ id: "error_a" });
  const gone = await errors("resolve", "error_gone", "--json");
  expect(gone).toEqual({ code: 1, stdout: "", stderr: "Error: Error not found\n" });
});

it("a token that is no good ends it, however many there are", async () => {
  const { code, stdout, stderr } = await errors("resolve", "error_dead", "error_a");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("does not accept the token");
});

it("asks for the least that each needs", async () => {
  server.requests.length = 0;
  await errors("list");
  await errors("get", "error_a");
  await errors("ignore", "error_a", "error_b", "--until", "1h", "--rate", "10", "--count", "100", "--reason", "flaky");
  expect(bodies("/api/v1/projects/proj_a/dev/jwt").map(({ claims }) => claims.scopes)).toEqual([
    ["read:errors"],
    ["read:errors:error_a"],
    ["write:errors:error_a", "write:errors:error_b"],
  ]);
  const limits = { duration: 3_600_000, occurrenceRate: 10, totalOccurrences: 100, reason: "flaky" };
  expect(bodies("/api/v1/errors/error_b/ignore")).toEqual([limits]);
});

it.each([
  [["ignore", "error_a", "--until", "later"]],
  [["ignore", "error_a", "--rate", "0"]],
  [["ignore", "error_a", "--count", "1.5"]],
  [["ignore"]],
  [["resolve"]],
  [["get"]],
  [["list", "--sort", "colour"]],
  [["list", "one-too-many"]],
])("%j is a wrong call, and nothing is sent", async (args) => {
  server.requests.length = 0;
  expect(await errors(...args)).toMatchObject({ code: 2, stdout: "" });
  expect(server.requests).toEqual([]);
});
