import { execFile } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { environmentWith, makeTempDir, repositoryRoot, startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failingWorker } from "../support/failing-runs.js";
import { type OpenApiDocument, readDocument, type Route, routesOf } from "./openapi-document.js";

let app: TestApp;
let document: OpenApiDocument;
let routes: Route[];
let runId: string;
let errorId: string;
beforeAll(async () => {
  app = await startApp();
  document = await readDocument(app);
  routes = routesOf(document);
  const run = await app.api<{ id: string }>("POST", "/api/v1/tasks/hello/trigger", {
    as: app.bootstrap.environments.dev.apiKey,
    body: { options: { idempotencyKey: "order-7", delay: "1h" } },
  });
  runId = run.body.id;
  const { project, environments } = app.bootstrap;
  const worker = await failingWorker(app.origin, { ref: project.ref, apiKey: environments.dev.apiKey });
  errorId = await worker.errorOf();
});
afterAll(() => app?.stop());

const ROUTES = join(repositoryRoot(), "apps/webapp/app/routes");

/** The URL of a route's file, by Remix's convention. */
const pathOf = (file: string): string =>
  `/${file.replace(/\.ts$/, "").replaceAll(/(?<!\[)\.(?!\])/g, "/")}`
    .replaceAll(/\$(\w+)/g, "{$1}")
    .replaceAll(/[[\]]/g, "");

/** `GET /api/v1/…` of everything that the routes' files declare. */
async function declared(): Promise<string[]> {
  const files = (await readdir(ROUTES)).filter((file) => file.endsWith(".ts"));
  const sources = await Promise.all(
    files.map(async (file) => ({ file, text: await readFile(join(ROUTES, file), "utf8") })),
  );
  return sources.flatMap(({ file, text }) =>
    [...text.matchAll(/^ {2}(GET|POST|PUT|PATCH|DELETE): endpoint\(/gm)].map(
      ([, method]) => `${method} ${pathOf(file)}`,
    ),
  );
}

describe("the OpenAPI document", () => {
  it("passes the linter", async () => {
    const folder = await makeTempDir("openapi");
    const file = join(folder, "openapi.json");
    await writeFile(file, JSON.stringify(document));
    const env = environmentWith({ REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true", NO_COLOR: "1" });
    const args = ["run", "-s", "lint:api", "--", file, "--format=stylish"];
    const said = await new Promise<string>((resolve) => {
      execFile("npm", args, { env, cwd: join(repositoryRoot(), "apps/webapp") }, (error, stdout, stderr) =>
        resolve(error === null ? "good" : `${stdout}\n${stderr}`),
      );
    });
    await rm(folder, { recursive: true, force: true });
    expect(said).toBe("good");
  });

  it("has an operation for everything that the routes declare, and no other", async () => {
    const expected = await declared();
    expect(expected.length).toBeGreaterThan(25);
    expect(routes.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(expected.toSorted());
  });

  it("gives every operation an id of its own, a described heading and a summary", () => {
    const ids = routes.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const headings = new Set(document.tags.map(({ name }) => name));
    for (const { operation } of routes) {
      expect(headings, operation.operationId).toContain(operation.tags[0]);
      expect(operation.summary).not.toBe("");
    }
    expect([...headings].toSorted()).toEqual(
      [...new Set(routes.flatMap(({ operation }) => operation.tags))].toSorted(),
    );
  });

  it("says of every parameter in a path what it is, with an example", () => {
    for (const { operation } of routes)
      for (const parameter of operation.parameters?.filter((one) => one.in === "path") ?? [])
        expect(parameter, `${operation.operationId} ${parameter.name}`).toMatchObject({
          schema: { description: expect.any(String), example: expect.any(String) },
        });
  });

  it("names for every operation the credentials that it takes", () => {
    for (const { operation } of routes) {
      expect(operation.security).toHaveLength(operation["x-credentials"].length);
      for (const name of operation.security.flatMap(Object.keys))
        expect(document.components.securitySchemes[name]?.description).toBeTypeOf("string");
    }
  });
});

describe("the examples in the OpenAPI document", () => {
  /** A credential that the operation takes. */
  function credentialFor(taken: readonly string[]): string | null {
    const { personalAccessToken, environments } = app.bootstrap;
    if (taken.includes("pat")) return personalAccessToken;
    return taken.includes("environmentKey") ? environments.dev.apiKey : null;
  }

  const here = (): Record<string, string> => ({
    slug: app.bootstrap.organization.slug,
    ref: app.bootstrap.project.ref,
    env: "dev",
    name: "GREETING",
    taskId: "hello",
    key: "order-7",
    queue: "hello",
    runId,
    errorId,
  });

  async function exampleFor({ path, operation }: Route): Promise<unknown> {
    const example = operation.requestBody?.content?.["application/json"]?.example;
    // The one body that nobody can know beforehand.
    if (path !== "/api/v1/token") return example;
    const { authorizationCode } = (await app.api("POST", "/api/v1/authorization-code")).body;
    return { authorizationCode };
  }

  it("work when they are sent, and the answers are as described", async () => {
    // A worker's requests follow from one another: none of them works by itself.
    // Nor does what is answered 501 where every member is treated alike.
    const withBody = routes.filter(
      ({ operation }) =>
        operation.requestBody && operation.tags[0] !== "Workers" && operation.responses["501"] === undefined,
    );
    expect(withBody.length).toBeGreaterThan(8);
    for (const route of withBody) {
      const { method, path, operation } = route;
      const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => here()[name] ?? name);
      const answer = await app.api(method, url, {
        as: credentialFor(operation["x-credentials"]),
        body: await exampleFor(route),
      });
      expect(operation.requestBody?.content?.["application/json"]?.example, operation.operationId).toBeDefined();
      expect(answer.status, `${operation.operationId}: ${answer.text}`).toBe(200);
      const required = operation.responses["200"]?.content?.["application/json"]?.schema?.required ?? [];
      for (const name of required) expect(answer.body, operation.operationId).toHaveProperty(name);
    }
  });

  it("can be left out wherever the body is not said to be required", async () => {
    for (const { method, path, operation } of routes.filter((route) => route.operation.requestBody)) {
      if (operation.responses["501"] !== undefined) continue;
      const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => here()[name] ?? name);
      const { status } = await app.api(method, url, { as: credentialFor(operation["x-credentials"]) });
      expect(status === 400, operation.operationId).toBe(operation.requestBody?.required);
    }
  });
});
