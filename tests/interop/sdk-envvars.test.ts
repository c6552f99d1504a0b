import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PublishedSdk, publishedSdk, type SdkAs } from "./src/published-sdk.js";

type Variable = { name: string; value: string; isSecret: boolean };

let app: TestApp;
let sdk: PublishedSdk;

beforeAll(async () => {
  app = await startApp();
  sdk = await publishedSdk(app.origin);
});

afterAll(async () => {
  await sdk.stop();
  await app.stop();
});

const credential = {
  "the environment's key": () => app.bootstrap.environments.dev.apiKey,
  "a personal access token": () => app.bootstrap.personalAccessToken,
};

describe.each(Object.entries(credential))("envvars of the published SDK with %s", (who, tokenOf) => {
  const name = who.startsWith("a ") ? "BY_PERSON" : "BY_KEY";
  let here: SdkAs;
  let ref: string;
  const call = <T = Record<string, unknown>>(method: string, ...args: unknown[]) =>
    here.call<T>(`envvars.${method}`, ref, "dev", ...args);

  beforeAll(() => {
    here = sdk.as(tokenOf());
    ref = app.bootstrap.project.ref;
  });

  test("creates, reads, lists and deletes a variable", async () => {
    expect(await call("create", { name, value: "one" })).toMatchObject({ success: true });
    expect(await call("retrieve", name)).toEqual({ name, value: "one", isSecret: false });
    expect(await call<Variable[]>("list")).toContainEqual({ name, value: "one", isSecret: false });
    expect(await call("del", name)).toMatchObject({ success: true });
    await expect(call("retrieve", name)).rejects.toMatchObject({ name: "NotFoundError", status: 404 });
  });

  test("uploads many, over those that exist only when told to", async () => {
    const [first, second] = [`${name}_1`, `${name}_2`];
    expect(await call("upload", { variables: { [first]: "a", [second]: "b" } })).toMatchObject({ success: true });
    await call("upload", { variables: { [first]: "kept" } });
    expect(await call("retrieve", first)).toMatchObject({ value: "a" });
    await call("upload", { variables: { [first]: "changed" }, override: true });
    expect(await call("retrieve", first)).toMatchObject({ value: "changed" });
  });

  test("never reads a secret one back", async () => {
    await call("upload", { variables: [{ name: `${name}_SECRET`, value: "hush", isSecret: true }] });
    const found = await call<Variable>("retrieve", `${name}_SECRET`);
    expect(found.isSecret).toBe(true);
    expect(found.value).not.toContain("hush");
  });

  test("is refused for a name that is none", async () => {
    const refused = { name: "BadRequestError", status: 400, message: expect.stringContaining("body.name") };
    await expect(call("create", { name: "not a name", value: "" })).rejects.toMatchObject(refused);
  });

  // The SDK's own `update` refers to a variable that does not exist, before it sends anything (4.8.3).
  test("changes a variable over the URL that `update` is documented to use", async () => {
    await call("create", { name, value: "one" });
    await expect(call("update", name, { value: "two" })).rejects.toMatchObject({ isApiError: false });
    const changed = await app.api("PUT", `/api/v1/projects/${ref}/envvars/dev/${name}`, {
      as: tokenOf(),
      body: { value: "two" },
    });
    expect([changed.status, changed.body]).toEqual([200, { success: true }]);
    expect(await call("retrieve", name)).toMatchObject({ value: "two" });
  });
});

describe("envvars of the published SDK across borders", () => {
  test("an environment's key does not reach another environment", async () => {
    const dev = sdk.as(app.bootstrap.environments.dev.apiKey);
    const { ref } = app.bootstrap.project;
    await expect(dev.call("envvars.list", ref, "prod")).rejects.toMatchObject({ name: "NotFoundError", status: 404 });
  });

  test("a user-actor token stays under its cap", async () => {
    const { body } = await app.api<{ token: string }>("POST", "/api/v1/auth/user-actor-token", {
      as: app.bootstrap.personalAccessToken,
      body: { cap: ["read:envvars"] },
    });
    const agent = sdk.as(body.token);
    const { ref } = app.bootstrap.project;
    expect(await agent.call("envvars.list", ref, "prod")).toEqual([]);
    await expect(agent.call("envvars.create", ref, "prod", { name: "A", value: "b" })).rejects.toMatchObject({
      name: "PermissionDeniedError",
      status: 403,
      message: expect.stringContaining("write:envvars"),
    });
  });
});
