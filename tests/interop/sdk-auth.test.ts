import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PublishedSdk, publishedSdk, type SdkAs } from "./src/published-sdk.js";

type Handle = { id: string };
type Exchanged = { token: string; scopes: string[] };

let app: TestApp;
let sdk: PublishedSdk;
let dev: SdkAs;
let tagged: Handle;
let other: Handle;

beforeAll(async () => {
  app = await startApp();
  sdk = await publishedSdk(app.origin);
  dev = sdk.as(app.bootstrap.environments.dev.apiKey);
  tagged = await dev.call<Handle>("tasks.trigger", "hello", {}, { tags: ["user:1"] });
  other = await dev.call<Handle>("tasks.trigger", "other", {}, { tags: ["user:2"] });
});

afterAll(async () => {
  await sdk.stop();
  await app.stop();
});

const refusal = (scope: string) => ({
  name: "PermissionDeniedError",
  isApiError: true,
  status: 403,
  code: "insufficient_scope",
  message: expect.stringContaining(scope),
});

const publicToken = async (options?: object): Promise<SdkAs> =>
  sdk.as(await dev.call<string>("auth.createPublicToken", options));

async function exchange(as: string, scopes?: string[]): Promise<Exchanged> {
  const path = `/api/v1/projects/${app.bootstrap.project.ref}/dev/jwt`;
  const body = scopes === undefined ? {} : { claims: { scopes } };
  return (await app.api<Exchanged>("POST", path, { as, body })).body;
}

async function mint(cap: string[]): Promise<{ id: string; token: string }> {
  const request = { as: app.bootstrap.personalAccessToken, body: { cap } };
  return (await app.api<{ id: string; token: string }>("POST", "/api/v1/auth/user-actor-token", request)).body;
}

describe("auth.createPublicToken of the published SDK", () => {
  test("reads the run that it names, and nothing else", async () => {
    const token = await publicToken({ scopes: { read: { runs: [tagged.id] } }, expirationTime: "1h" });
    expect(await token.call("runs.retrieve", tagged.id)).toMatchObject({ id: tagged.id });
    await expect(token.call("runs.retrieve", other.id)).rejects.toMatchObject(refusal(`read:runs:${other.id}`));
    await expect(token.all("runs.list")).rejects.toMatchObject(refusal("read:runs"));
    await expect(token.call("tasks.trigger", "hello", {})).rejects.toMatchObject(refusal("trigger:tasks:hello"));
  });

  test("reads runs by their tag or task", async () => {
    const byTag = await publicToken({ scopes: { read: { tags: ["user:1"] } } });
    expect(await byTag.call("runs.retrieve", tagged.id)).toMatchObject({ id: tagged.id });
    expect(await byTag.all("runs.list", { tag: "user:1" })).toHaveLength(1);
    await expect(byTag.call("runs.retrieve", other.id)).rejects.toMatchObject({ status: 403 });
    await expect(byTag.all("runs.list", { tag: "user:2" })).rejects.toMatchObject(refusal("read:tags:user:2"));
    const byTask = await publicToken({ scopes: { read: { tasks: ["other"] } } });
    expect(await byTask.call("runs.retrieve", other.id)).toMatchObject({ id: other.id });
    await expect(byTask.call("runs.retrieve", tagged.id)).rejects.toMatchObject({ status: 403 });
  });

  test("reads every run with the whole type, and triggers nothing", async () => {
    const token = await publicToken({ scopes: { read: { runs: true } } });
    expect(await token.all("runs.list")).toHaveLength(2);
    await expect(token.call("tasks.trigger", "hello", {})).rejects.toMatchObject({ status: 403 });
  });

  test("does nothing without scopes", async () => {
    const token = await publicToken();
    await expect(token.call("runs.retrieve", tagged.id)).rejects.toMatchObject(refusal(`read:runs:${tagged.id}`));
    await expect(token.all("runs.list")).rejects.toMatchObject({ status: 403 });
    await expect(token.call("tasks.trigger", "hello", {})).rejects.toMatchObject({ status: 403 });
  });

  test("is refused when it has expired, and stays in the environment whose key signed it", async () => {
    const expired = await publicToken({
      scopes: { read: { runs: true } },
      expirationTime: new Date(Date.now() - 60_000),
    });
    await expect(expired.all("runs.list")).rejects.toMatchObject({ name: "AuthenticationError", status: 401 });
    const prod = sdk.as(app.bootstrap.environments.prod.apiKey);
    const elsewhere = sdk.as(await prod.call<string>("auth.createPublicToken", { scopes: { read: { runs: true } } }));
    expect(await elsewhere.all("runs.list")).toEqual([]);
    await expect(elsewhere.call("runs.retrieve", tagged.id)).rejects.toMatchObject({ status: 404 });
  });

  test("triggers the task that a trigger token names, and no other", async () => {
    const token = sdk.as(await dev.call<string>("auth.createTriggerPublicToken", "hello", { multipleUse: true }));
    expect((await token.call<Handle>("tasks.trigger", "hello", {})).id).toMatch(/^run_/);
    await expect(token.call("tasks.trigger", "other", {})).rejects.toMatchObject(refusal("trigger:tasks:other"));
    await expect(token.all("runs.list")).rejects.toMatchObject({ status: 403 });
  });
});

describe("auth.withAuth of the published SDK with an exchanged token", () => {
  test("does what was granted, and no more", async () => {
    const uat = await mint(["read:runs"]);
    const { token, scopes } = await exchange(uat.token);
    expect(scopes).toEqual(["read:runs"]);
    const reader = sdk.as(token);
    expect(await reader.call("runs.retrieve", tagged.id)).toMatchObject({ id: tagged.id });
    expect((await reader.all("runs.list", { limit: 1 })).length).toBeGreaterThan(1);
    await expect(reader.call("tasks.trigger", "hello", {})).rejects.toMatchObject(refusal("trigger:tasks:hello"));
    const narrower = sdk.as((await exchange(uat.token, [`read:runs:${other.id}`])).token);
    expect(await narrower.call("runs.retrieve", other.id)).toMatchObject({ id: other.id });
    await expect(narrower.call("runs.retrieve", tagged.id)).rejects.toMatchObject({ status: 403 });
  });

  test("triggers under write:tasks, and the token of that run dies with its parent", async () => {
    const uat = await mint(["write:tasks", "read:runs"]);
    const writer = sdk.as((await exchange(uat.token)).token);
    const handle = await writer.call<Handle & { publicAccessToken: string }>("tasks.trigger", "hello", {});
    const reader = sdk.as(handle.publicAccessToken);
    expect(await reader.call("runs.retrieve", handle.id)).toMatchObject({ id: handle.id });
    await app.api("DELETE", `/api/v1/auth/tokens/${uat.id}`, { as: app.bootstrap.personalAccessToken });
    const dead = { name: "AuthenticationError", status: 401 };
    await expect(writer.all("runs.list")).rejects.toMatchObject(dead);
    await expect(reader.call("runs.retrieve", handle.id)).rejects.toMatchObject(dead);
  });

  test("signs no token that works: the SDK's local signature is not an environment's", async () => {
    const { token } = await exchange(app.bootstrap.personalAccessToken, ["read:runs"]);
    const made = sdk.as(token).call<string>("auth.createPublicToken", { scopes: { read: { all: true } } });
    const forged = await made.catch(() => "refused");
    await expect(sdk.as(forged).all("runs.list")).rejects.toMatchObject({ status: 401 });
  });
});
