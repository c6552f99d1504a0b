import { startApp, startFailingWorker, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildCli, createCliHome } from "./run-cli.js";

let app: TestApp;
let home: Awaited<ReturnType<typeof createCliHome>>;
let version: string;
/** Of three causes; the first failed twice. */
const ids: string[] = [];

const thrown = (message: string, at: string) => ({
  type: "BUILT_IN_ERROR",
  name: "PaymentError",
  message,
  stackTrace: `PaymentError: ${message}\n    at ${at} (/app/src/payments.ts:1:1)`,
});
interface Listed {
  id: string;
  errorMessage: string;
  count: number;
}

beforeAll(async () => {
  const [started] = await Promise.all([startApp(), buildCli()]);
  app = started;
  home = await createCliHome({
    version: 2,
    currentProfile: "default",
    profiles: { default: { accessToken: app.bootstrap.personalAccessToken, apiUrl: app.origin } },
  });
  const { apiKey } = app.bootstrap.environments.dev;
  const worker = await startFailingWorker(app.origin, { ref: app.bootstrap.project.ref, apiKey });
  version = worker.version;
  await worker.fail(thrown("Card 4711 was declined", "charge"));
  await worker.fail(thrown("Card 4712 was declined", "charge"));
  await worker.fail(thrown("Invoice 12 is closed", "addLine"));
  await worker.fail(thrown("Account 9 \u001B[31mis\u0007 frozen", "transfer"));
  for (let counted = 0; counted < 4;) {
    const { body } = await app.api<{ data: Listed[] }>("GET", "/api/v1/errors?sort=count", { as: apiKey });
    counted = body.data.reduce((sum, { count }) => sum + count, 0);
    ids.splice(0, ids.length, ...body.data.toSorted(byMessage).map(({ id }) => id));
  }
});
afterAll(() => app?.stop());

const byMessage = (one: Listed, other: Listed): number =>
  ["C", "I", "A"].indexOf(one.errorMessage.charAt(0)) - ["C", "I", "A"].indexOf(other.errorMessage.charAt(0));
const errors = (args: string[], env: Record<string, string> = {}) =>
  home.run(["errors", ...args, "--env", "dev"], { TRIGGER_PROJECT_REF: app.bootstrap.project.ref, ...env });
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await errors([...args, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
};
const at = (index: number): string => ids[index] ?? "";

describe("errors list", () => {
  it("prints a line an error, and as JSON all of it", async () => {
    const { code, stdout, stderr } = await errors(["list", "--sort", "count"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [head, first, ...others] = stdout.trimEnd().split("\n");
    expect(head).toBe("ID\tTask\tError\tStatus\tCount\tLast seen");
    expect(first).toMatch(
      new RegExp(`^${at(0)}\\thello\\tPaymentError: Card 471\\d was declined\\tunresolved\\t2\\t\\S+$`),
    );
    expect(others).toHaveLength(2);
    expect((await json("list")).map(({ id }: Listed) => id).toSorted()).toEqual(ids.toSorted());
  });

  it("narrows it", async () => {
    expect(await json("list", "--search", "INVOICE")).toMatchObject([{ id: at(1) }]);
    expect(await json("list", "--limit", "1", "--sort", "count")).toMatchObject([{ id: at(0) }]);
    expect(await json("list", "--in", version, "--task", "hello", "--status", "UNRESOLVED")).toHaveLength(3);
    for (const nothing of [
      ["--task", "other"],
      ["--in", "19990101.1"],
      ["--status", "ignored"],
    ])
      expect(await errors(["list", ...nothing])).toMatchObject({
        code: 0,
        stderr: "There is no such error in dev.\n",
      });
  });

  it("has the hours of the last day where a bar is drawn", async () => {
    const { apiKey } = app.bootstrap.environments.dev;
    const { body } = await app.api<{ data: { hourly: number[] }[] }>(
      "GET",
      "/api/v1/errors?sort=count&include=hourly",
      {
        as: apiKey,
      },
    );
    expect(body.data[0]?.hourly).toHaveLength(24);
    expect(body.data[0]?.hourly.reduce((sum, count) => sum + count, 0)).toBe(2);
    expect((await app.api("GET", "/api/v1/errors?include=daily", { as: apiKey })).status).toBe(400);
  });

  it("says what the server says of a filter that cannot be", async () => {
    expect(await errors(["list", "--status", "open"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("filter[status]"),
    });
  });
});

it("errors get prints why runs are together and where one was thrown, without what steers a terminal", async () => {
  const { code, stdout } = await errors(["get", at(2)]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Grouped by +frames: payments:transfer \| Account \*.* frozen$/m);
  expect(stdout).toMatch(/^ {2}at transfer \(\/app\/src\/payments\.ts:1:1\)$/m);
  expect(stdout.replaceAll("\n", "")).not.toMatch(/\p{Control}/u);
  expect(await errors(["get", "error_1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"])).toEqual({
    code: 1,
    stdout: "",
    stderr: "Error: Error not found\n",
  });
});

it("runs list shows the runs of an error", async () => {
  const { stdout } = await home.run(["runs", "list", "--env", "dev", "--error", at(0), "--json"], {
    TRIGGER_PROJECT_REF: app.bootstrap.project.ref,
  });
  expect(JSON.parse(stdout)).toHaveLength(2);
});

describe("errors resolve, ignore, unresolve", () => {
  it("changes several at once, says so of each, and who did it", async () => {
    const missing = "error_1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const { code, stdout, stderr } = await errors(["resolve", at(0), missing, at(1), "--in", "20300101.1"]);
    expect(stdout).toBe(`${at(0)}\tresolved\n${at(1)}\tresolved\n`);
    expect(stderr).toBe(`Error: ${missing}: Error not found\nError: 1 of 3 could not be changed.\n`);
    expect(code).toBe(1);
    const resolved = { status: "resolved", resolvedInVersion: "20300101.1", resolvedBy: app.bootstrap.userId };
    expect(await json("get", at(1))).toMatchObject(resolved);
    expect(await json("activity", at(1))).toMatchObject([
      { from: "unresolved", to: "resolved", version: "20300101.1", user: { id: app.bootstrap.userId } },
    ]);
    expect((await errors(["activity", at(1)])).stdout).toMatch(/\tunresolved\tresolved\tmanual\t20300101\.1\t/);
  });

  it("takes the current version by its name, and says so where there is none", async () => {
    expect(await json("resolve", at(0), "--in", "@current")).toMatchObject({ resolvedInVersion: version });
    const elsewhere = ["--env", "staging", "--project-ref", app.bootstrap.project.ref];
    expect(await home.run(["errors", "resolve", at(0), "--in", "@current", ...elsewhere])).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^Error: .+, so @current is not known\. Name the version: --in <version>\.$/m),
    });
  });

  it("ignores until a limit breaks, and opens again", async () => {
    const limits = ["--until", "1h", "--rate", "10", "--count", "100", "--reason", "flaky"];
    expect(await json("ignore", at(2), ...limits)).toMatchObject({
      status: "ignored",
      ignoredReason: "flaky",
      ignoredUntilOccurrenceRate: 10,
      ignoredUntilTotalOccurrences: 100,
    });
    expect((await errors(["get", at(2)])).stdout).toMatch(
      /^Ignored until +\S+Z, or more than 10 in a minute, or 100 more$/m,
    );
    expect(await errors(["unresolve", at(2)])).toEqual({ code: 0, stdout: `${at(2)}\tunresolved\n`, stderr: "" });
  });
});

it("works with a user-actor token, for what its cap allows, and says which scope is missing", async () => {
  const { stdout: reader } = await home.run(["mint-token", "--cap", "read:errors"]);
  const { stdout: one } = await home.run(["mint-token", "--cap", `write:errors:${at(1)}`, "--client", "agent"]);
  const as = (token: string, ...args: string[]) =>
    errors([...args, "-a", app.origin], { TRIGGER_ACCESS_TOKEN: token.trim() });

  expect((await as(reader, "get", at(1))).code).toBe(0);
  expect((await as(reader, "list")).code).toBe(0);
  expect(await as(reader, "unresolve", at(1))).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("write:errors"),
  });
  expect(await json("get", at(1))).toMatchObject({ status: "resolved" });

  const both = await as(one, "unresolve", at(1), at(0));
  expect(both).toMatchObject({ code: 1, stdout: `${at(1)}\tunresolved\n`, stderr: expect.stringContaining(at(0)) });
  expect(await json("activity", at(1), "--limit", "1")).toMatchObject([
    { to: "unresolved", client: "agent", credential: { kind: "uat" } },
  ]);
  expect((await as(one, "list")).code).toBe(1);
  expect(await as(one, "resolve", at(1), "--in", "@current")).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(
      /^Error: .*\bread:\S+.*, so @current is not known\. Name the version: --in <version>\.$/m,
    ),
  });
  expect(await as(one, "resolve", at(1), "--in", version)).toMatchObject({ code: 0 });
});
