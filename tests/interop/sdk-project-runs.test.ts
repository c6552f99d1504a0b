import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PublishedSdk, publishedSdk } from "./src/published-sdk.js";

type Handle = { id: string };

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

const idsOf = (runs: readonly Handle[]): string[] => runs.map(({ id }) => id);

describe("runs.list of the published SDK with a person's token", () => {
  let inDev: string[];
  let inProd: string[];
  beforeAll(async () => {
    const dev = sdk.as(app.bootstrap.environments.dev.apiKey);
    const prod = sdk.as(app.bootstrap.environments.prod.apiKey);
    [inDev, inProd] = [[], []];
    for (let turn = 0; turn < 3; turn++) {
      inDev.unshift((await dev.call<Handle>("tasks.trigger", "everywhere", { turn })).id);
      inProd.unshift((await prod.call<Handle>("tasks.trigger", "everywhere", { turn })).id);
    }
  });
  const listAs = async (accessToken: string, filters: object = {}) =>
    idsOf(
      await sdk.as(accessToken).all<Handle>("runs.list", app.bootstrap.project.ref, {
        taskIdentifier: "everywhere",
        limit: 2,
        ...filters,
      }),
    );

  test("lists a project's runs over its environments, newest first", async () => {
    const pat = app.bootstrap.personalAccessToken;
    expect(await listAs(pat)).toEqual([inProd[0], inDev[0], inProd[1], inDev[1], inProd[2], inDev[2]]);
    expect(await listAs(pat, { env: "dev" })).toEqual(inDev);
    expect(await listAs(pat, { env: ["staging", "prod"] })).toEqual(inProd);
    expect(await listAs(pat, { env: "staging" })).toEqual([]);
  });

  test("turns those pages forth and back", async () => {
    const filters = { taskIdentifier: "everywhere", limit: 2 };
    const person = sdk.as(app.bootstrap.personalAccessToken);
    const { pages } = await person.turn<Handle>(
      ["next", "previous", "next"],
      "runs.list",
      app.bootstrap.project.ref,
      filters,
    );
    const [first, second] = [
      [inProd[0], inDev[0]],
      [inProd[1], inDev[1]],
    ];
    expect(pages.map(idsOf)).toEqual([first, second, first, second]);
  });

  test("hides another member's dev environment, and the project from a stranger", async () => {
    const [member, stranger] = ["member@example.com", "stranger@example.com"];
    await Promise.all([member, stranger].map((email) => app.admin("user", "create", "--email", email)));
    await app.admin("member", "add", "--org", app.bootstrap.organization.slug, "--email", member);
    const pat = async (email: string) =>
      (await app.admin<{ token: string }>("pat", "create", "--email", email, "--name", "test")).token;
    expect(await listAs(await pat(member))).toEqual(inProd);
    await expect(listAs(await pat(stranger))).rejects.toMatchObject({ name: "NotFoundError", status: 404 });
  });

  test("stays under a user-actor token's cap", async () => {
    const mint = async (cap: string[]) =>
      (
        await app.api<{ token: string }>("POST", "/api/v1/auth/user-actor-token", {
          as: app.bootstrap.personalAccessToken,
          body: { cap },
        })
      ).body.token;
    expect(await listAs(await mint(["read:runs"]), { env: "prod" })).toEqual(inProd);
    expect(await listAs(await mint(["read:tasks:everywhere"]), { env: "prod" })).toEqual(inProd);
    await expect(listAs(await mint(["read:tasks:other"]))).rejects.toMatchObject({
      name: "PermissionDeniedError",
      message: expect.stringContaining("read:runs"),
    });
  });
});
