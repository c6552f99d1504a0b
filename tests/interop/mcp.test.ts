import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PublishedMcp, publishedMcp } from "./src/published-mcp.js";
import { type RecordingProxy, startRecordingProxy } from "./src/recording-proxy.js";

let app: TestApp;
let proxy: RecordingProxy;
const servers: PublishedMcp[] = [];

async function mcpAs(accessToken: string): Promise<PublishedMcp> {
  const made = await publishedMcp({ apiUrl: proxy.origin, accessToken });
  servers.push(made);
  return made;
}

async function mint(...cap: string[]): Promise<string> {
  const { body } = await app.api<{ token: string }>("POST", "/api/v1/auth/user-actor-token", {
    as: app.bootstrap.personalAccessToken,
    body: { cap },
  });
  return body.token;
}

async function trigger(task: string, tags: string[]): Promise<string> {
  const { body } = await app.api<{ id: string }>("POST", `/api/v1/tasks/${task}/trigger`, {
    as: app.bootstrap.environments.dev.apiKey,
    body: { payload: {}, options: { tags } },
  });
  return body.id;
}

const here = () => ({ projectRef: app.bootstrap.project.ref, environment: "dev" });
const idsIn = (text: string): string[] => [...new Set(text.match(/run_[a-z0-9]{24}/g))];

/** What `action` is answered, and the statuses of the exchanges that it makes. */
async function exchangesOf<T>(action: () => Promise<T>): Promise<{ answer: T; statuses: number[] }> {
  proxy.take();
  const answer = await action();
  const asked = proxy.take().filter(({ method, path }) => method === "POST" && path.endsWith("/dev/jwt"));
  return { answer, statuses: asked.map(({ status }) => status) };
}

/** The client keeps the server's words to itself; the proxy has them. */
const NOT_EXCHANGED = expect.stringContaining("Could not get the authentication token");

beforeAll(async () => {
  app = await startApp();
  proxy = await startRecordingProxy(app.origin);
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await proxy.stop();
  await app.stop();
});

describe("the published CLI's MCP server with a personal access token", () => {
  let mcp: PublishedMcp;
  beforeAll(async () => {
    mcp = await mcpAs(app.bootstrap.personalAccessToken);
  });

  test("says who it acts for, and what they can see", async () => {
    expect((await mcp.call("whoami")).text).toContain(app.bootstrap.userId);
    expect((await mcp.call("list_orgs")).text).toContain(`slug=${app.bootstrap.organization.slug}`);
    expect((await mcp.call("list_projects")).text).toContain(`projectRef=${app.bootstrap.project.ref}`);
    expect((await mcp.call("list_preview_branches", here())).isError).toBe(false);
  });

  test("lists runs with a token that it exchanges for", async () => {
    const ids = [await trigger("hello", ["one"]), await trigger("hello", ["two"]), await trigger("other", ["one"])];
    const { answer: all, statuses } = await exchangesOf(() => mcp.call("list_runs", here()));
    expect([all.isError, idsIn(all.text)]).toEqual([false, ids.toReversed()]);
    expect(statuses).toEqual([200]);
    const some = await mcp.call("list_runs", { ...here(), taskIdentifier: "hello", tag: "one", status: "QUEUED" });
    expect(idsIn(some.text)).toEqual([ids[0]]);
  });

  test("turns the pages of the list", async () => {
    const first = await mcp.call("list_runs", { ...here(), limit: 2 });
    const cursor = /Next cursor: (\S+)/.exec(first.text)?.[1];
    const second = await mcp.call("list_runs", { ...here(), limit: 2, cursor });
    expect(second.isError).toBe(false);
    expect(idsIn(second.text).length).toBeGreaterThan(0);
    const onFirst = idsIn(first.text.replace(/Next cursor.*/, ""));
    expect(idsIn(second.text).filter((id) => onFirst.includes(id))).toEqual([]);
  });

  test("triggers a task", async () => {
    const { isError, text } = await mcp.call("trigger_task", { ...here(), taskId: "hello", payload: { name: "Ada" } });
    expect(isError).toBe(false);
    const run = await app.api("GET", `/api/v3/runs/${idsIn(text)[0]}`, { as: app.bootstrap.environments.dev.apiKey });
    expect(run.body).toMatchObject({ taskIdentifier: "hello", payload: { name: "Ada" } });
  });

  test("gets no token for a project that nobody has", async () => {
    const nobodys = { ...here(), projectRef: "proj_aaaaaaaaaaaaaaaaaaaaaaaa" };
    const { answer, statuses } = await exchangesOf(() => mcp.call("list_runs", nobodys));
    expect([answer.isError, answer.text, statuses]).toEqual([true, NOT_EXCHANGED, [404]]);
  });
});

describe("the published CLI's MCP server with a user-actor token", () => {
  test("lists runs under a cap of read:runs, and triggers nothing", async () => {
    const mcp = await mcpAs(await mint("read:runs"));
    const id = await trigger("hello", ["narrow"]);
    const listed = await mcp.call("list_runs", { ...here(), tag: "narrow" });
    expect([listed.isError, idsIn(listed.text)]).toEqual([false, [id]]);
    const task = { ...here(), taskId: "hello", payload: {} };
    const { answer, statuses } = await exchangesOf(() => mcp.call("trigger_task", task));
    expect([answer.isError, answer.text, statuses]).toEqual([true, NOT_EXCHANGED, [403]]);
  });

  test("lists no runs under another cap", async () => {
    const mcp = await mcpAs(await mint("read:tasks"));
    const { answer, statuses } = await exchangesOf(() => mcp.call("list_runs", here()));
    expect([answer.isError, answer.text, statuses]).toEqual([true, NOT_EXCHANGED, [403]]);
  });
});
