import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { ApiError, createApiClient, normalizeApiUrl, UnexpectedAnswerError, UnreachableError } from "./index.js";

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

const open: { close(): void }[] = [];
afterEach(() => open.splice(0).forEach((server) => server.close()));

async function serve(answer: (seen: Seen, response: ServerResponse, count: number) => void) {
  const requests: Seen[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      const seen = { method: request.method, url: request.url, headers: request.headers, body };
      requests.push(seen);
      answer(seen, response, requests.length);
    });
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("not listening on a port");
  return { origin: `http://127.0.0.1:${address.port}`, requests };
}

const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

const me = { userId: "user_a", email: "a@example.com", dashboardUrl: "http://x" };
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => {
      throw new Error("expected a refusal");
    },
    (error: unknown) => error,
  );

describe("the API client", () => {
  it("sends the token and reads a checked answer", async () => {
    const { origin, requests } = await serve((_, response) => json(response, 200, { ...me, somethingNew: 1 }));
    expect(
      await createApiClient({ apiUrl: `${origin}/`, accessToken: "tr_pat_x" }).whoami({ projectRef: "p" }),
    ).toEqual(me);
    expect(requests[0]).toMatchObject({
      method: "GET",
      url: "/api/v2/whoami?projectRef=p",
      headers: { authorization: "Bearer tr_pat_x" },
    });
  });

  it("keeps names in a path from leaving their segment, and sends the branch in a header", async () => {
    const { origin, requests } = await serve((_, response) =>
      json(response, 200, { token: "t", scopes: [], deniedScopes: [], expiresAt: "2026-01-01T00:00:00.000Z" }),
    );
    await createApiClient({ apiUrl: origin }).exchangeToken({
      projectRef: "../x?y",
      environment: "preview",
      branch: "b",
    });
    expect(requests[0]).toMatchObject({
      url: "/api/v1/projects/..%2Fx%3Fy/preview/jwt",
      headers: { "x-trigger-branch": "b" },
      body: "{}",
    });
  });

  it("refuses a name that would climb out of its path", () => {
    expect(() => createApiClient({ apiUrl: "http://x" }).retrieveRun("..")).toThrow(TypeError);
  });

  it("turns a refusal into a typed error", async () => {
    const { origin } = await serve((_, response) =>
      json(response, 403, {
        error: "Needs write:projects.",
        code: "forbidden",
        requestId: "req_1",
        scopes: ["write:projects"],
      }),
    );
    const error = await failure(createApiClient({ apiUrl: origin }).createProject("acme", { name: "n" }));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      status: 403,
      code: "forbidden",
      message: "Needs write:projects.",
      requestId: "req_1",
      scopes: ["write:projects"],
    });
  });

  it("repeats a GET that was answered 503 or 429, and gives up after two", async () => {
    const { origin, requests } = await serve((_, response, count) =>
      count < 3 ? json(response, count === 1 ? 503 : 429, {}, { "retry-after": "0" }) : json(response, 200, me),
    );
    expect(await createApiClient({ apiUrl: origin }).whoami()).toEqual(me);
    expect(requests).toHaveLength(3);
  });

  it("never repeats a POST", async () => {
    const { origin, requests } = await serve((_, response) => json(response, 503, {}));
    expect(await failure(createApiClient({ apiUrl: origin }).mintUserActorToken())).toMatchObject({ status: 503 });
    expect(requests).toHaveLength(1);
  });

  it("does not wait for a server that asks for a long patience", async () => {
    const { origin, requests } = await serve((_, response) =>
      json(response, 429, { error: "Slow down." }, { "retry-after": "60" }),
    );
    expect(await failure(createApiClient({ apiUrl: origin }).whoami())).toMatchObject({
      status: 429,
      message: "Slow down.",
    });
    expect(requests).toHaveLength(1);
  });

  it("names the address of a server that is not there", async () => {
    const error = await failure(createApiClient({ apiUrl: "http://127.0.0.1:9" }).whoami());
    expect(error).toBeInstanceOf(UnreachableError);
    expect(String(error)).toContain("http://127.0.0.1:9");
  });

  it("gives up when no answer comes", async () => {
    const { origin } = await serve(() => undefined);
    const error = await failure(createApiClient({ apiUrl: origin, timeoutMs: 100 }).whoami());
    expect(String(error)).toContain("no answer in 0.1 s");
  });

  it("follows no redirect", async () => {
    const { origin, requests } = await serve((_, response) =>
      response.writeHead(302, { location: "http://evil.example/" }).end(),
    );
    const error = await failure(createApiClient({ apiUrl: origin, accessToken: "tr_pat_x" }).whoami());
    expect(error).toBeInstanceOf(UnexpectedAnswerError);
    expect(requests).toHaveLength(1);
  });

  it("says so when something else than the API answers", async () => {
    const { origin } = await serve((_, response) => response.end("<html>"));
    expect(await failure(createApiClient({ apiUrl: origin }).whoami())).toBeInstanceOf(UnexpectedAnswerError);
  });

  it("refuses a token that could break a header, without repeating it", () => {
    expect(() => createApiClient({ apiUrl: "http://x", accessToken: "tr_pat_secret\r\nx: y" })).toThrow(
      /^accessToken has characters that no token has$/,
    );
  });
});

it.each([
  ["http://127.0.0.1:3030/", "http://127.0.0.1:3030"],
  ["https://example.com/trigger/", "https://example.com/trigger"],
  ["ftp://example.com", null],
  ["example.com", null],
  ["http://user:secret@example.com", null],
  ["http://example.com/?a", null],
])("reads the address %s as %s", (text, address) => {
  expect(normalizeApiUrl(text)).toBe(address);
});
