import { createServer, type RequestListener } from "node:http";
import { createApiClient, UnreachableError } from "@trigger.dev/core/client";
import { afterEach, describe, expect, it } from "vitest";
import { nodeFetch } from "./node-fetch.js";

const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

async function clientOf(listener: RequestListener) {
  const server = createServer(listener);
  stops.push(
    () => server.closeAllConnections(),
    () => void server.close(),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("not listening on a port");
  return createApiClient({ apiUrl: `http://127.0.0.1:${address.port}`, fetch: nodeFetch, timeoutMs: 200 });
}

describe("the transport of the command line", () => {
  it("sends a body with its length in bytes, and reads text of many bytes a character", async () => {
    let seen = { length: "", type: "", body: "" };
    const client = await clientOf(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      const body = Buffer.concat(chunks);
      seen = {
        length: `${request.headers["content-length"]}/${body.length}`,
        type: `${request.headers["content-type"]}`,
        body: body.toString(),
      };
      response.end(JSON.stringify({ token: { token: "日本語", obfuscatedToken: "é" } }));
    });
    expect((await client.getPersonalAccessToken("codé")).token?.token).toBe("日本語");
    expect(seen).toEqual({ length: "29/29", type: "application/json", body: '{"authorizationCode":"codé"}' });
  });

  it.each<[string, RequestListener]>([
    ["never comes", () => undefined],
    ["begins and never ends", (_, response) => void response.write("{")],
  ])("gives up on an answer that %s", async (_, listener) => {
    const client = await clientOf(listener);
    await expect(client.whoami()).rejects.toThrow(/no answer in 0\.2 s/);
  });

  it("says that the connection broke off", async () => {
    const client = await clientOf((request) => void request.socket.destroy());
    await expect(client.whoami()).rejects.toThrow(UnreachableError);
  });
});
