import { once } from "node:events";
import { Agent, createServer, get, type IncomingMessage, type Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { prepareDrain } from "./drain.js";

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

const ask = (port: number, agent: Agent): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, agent }, (response) => resolve(response.resume())).on("error", reject);
  });

it("lets a request in flight finish, tells it to go, and accepts no other", async () => {
  const server = createServer((_request, response) => void sleep(300).then(() => response.end("done")));
  const drain = prepareDrain(server, 5_000);
  const port = await listening(server);
  const agent = new Agent({ keepAlive: true });
  const answer = ask(port, agent);
  await once(server, "request");
  const drained = drain();
  const response = await answer;
  expect(response.statusCode).toBe(200);
  expect(response.headers.connection).toBe("close");
  await drained;
  await expect(ask(port, agent)).rejects.toThrow("ECONNREFUSED");
  agent.destroy();
});

it("does not wait for connections on which nothing is asked", async () => {
  const server = createServer((_request, response) => void response.end("done"));
  const drain = prepareDrain(server, 5_000);
  const agent = new Agent({ keepAlive: true });
  await ask(await listening(server), agent);
  const startedAt = Date.now();
  await drain();
  expect(Date.now() - startedAt).toBeLessThan(1_000);
  agent.destroy();
});

it("cuts a request that takes too long", async () => {
  const server = createServer(() => undefined);
  const drain = prepareDrain(server, 200);
  const agent = new Agent();
  const asked = ask(await listening(server), agent).catch((error: Error) => error.message);
  await once(server, "request");
  await drain();
  expect(await asked).toBe("socket hang up");
});
