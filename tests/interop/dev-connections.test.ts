import { setTimeout as sleep } from "node:timers/promises";
import { startApp, type TestApp } from "@trigger.dev/testing";
import { io, type Socket } from "socket.io-client";
import { afterEach, describe, expect, it } from "vitest";

let app: TestApp | undefined;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect();
  await app?.stop();
  app = undefined;
});

/** Answers "connected", or why not. */
function connect(origin: string, namespace: string, key?: string): Promise<string> {
  const socket = io(`${origin}${namespace}`, {
    forceNew: true,
    reconnection: false,
    transports: ["websocket"],
    ...(key === undefined ? {} : { extraHeaders: { Authorization: `Bearer ${key}` } }),
  });
  sockets.push(socket);
  return new Promise((resolve) => {
    socket.once("connect", () => resolve("connected"));
    socket.once("connect_error", ({ message }) => resolve(message));
  });
}

describe("the connections of a dev worker", () => {
  it.each(["1", "2"])("are its key's alone, and hold up no stop of a server with %s processes", async (WORKERS) => {
    app = await startApp({ env: { WORKERS } });
    const { environments, personalAccessToken, project } = app.bootstrap;
    const { apiKey } = environments.dev;
    expect(await connect(app.origin, "/dev-worker", apiKey)).toBe("connected");
    expect(await connect(app.origin, "/dev-worker")).toBe("unauthorized");
    expect(await connect(app.origin, "/dev-worker", `${apiKey}x`)).toBe("unauthorized");
    expect(await connect(app.origin, "/dev-worker", personalAccessToken)).toBe("unauthorized");
    expect(await connect(app.origin, "/", apiKey)).toBe("unauthorized");

    const presence = await fetch(`${app.origin}/engine/v1/dev/presence`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    const reader = presence.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain("event: start");
    const status = `/api/v1/projects/${project.ref}/dev-status`;
    await expect
      .poll(async () => (await app?.api("GET", status, { as: personalAccessToken }))?.body)
      .toEqual({ isConnected: true });

    const stopped = app.stop();
    expect(await Promise.race([stopped, sleep(4000, "still running")])).toBe(0);
    app = undefined;
  });

  it("tell of another environment's runs nothing", async () => {
    app = await startApp();
    const { dev, prod } = app.bootstrap.environments;
    const { body } = await app.api<{ id: string }>("POST", "/api/v1/tasks/hello/trigger", { as: dev.apiKey, body: {} });
    const heard: unknown[] = [];
    await connect(app.origin, "/dev-worker", prod.apiKey);
    const [socket] = sockets;
    socket?.on("run:notify", (message) => heard.push(message));
    socket?.emit("run:subscribe", { version: "1", runFriendlyIds: [body.id] });
    for (const nonsense of [undefined, null, "run", { runFriendlyIds: [1] }, { runFriendlyIds: "all" }]) {
      socket?.emit("run:subscribe", nonsense);
    }
    await sleep(500);
    await app.api("POST", `/api/v2/runs/${body.id}/cancel`, { as: dev.apiKey });
    await sleep(500);
    expect(heard).toEqual([]);
    expect(socket?.connected).toBe(true);
  });

  it("end within seconds when their key does", async () => {
    app = await startApp();
    const { id, apiKey } = app.bootstrap.environments.staging;
    expect(await connect(app.origin, "/dev-worker", apiKey)).toBe("connected");
    const [socket] = sockets;
    const cut = new Promise((resolve) => socket?.once("disconnect", resolve));
    const presence = await fetch(`${app.origin}/engine/v1/dev/presence`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    expect(presence.status).toBe(200);
    await app.admin("environment", "rotate-key", "--id", id, "--grace-seconds", "0");
    // Reading to its end: a stream that went on would keep the test from ending.
    expect(await presence.text()).toContain("event: start");
    expect(await cut).toBe("io server disconnect");
    expect(socket?.connected).toBe(false);
  });

  it("count towards the failed authentications of an address, and good keys pass all the same", async () => {
    app = await startApp();
    const { apiKey } = app.bootstrap.environments.dev;
    const answers = new Set<string>();
    for (let turn = 0; turn < 11; turn++) {
      const tried = await Promise.all(
        Array.from({ length: 10 }, () => connect(app?.origin ?? "", "/dev-worker", `tr_dev_${"x".repeat(24)}`)),
      );
      for (const answer of tried) answers.add(answer);
    }
    expect([...answers].sort()).toEqual(["rate_limited", "unauthorized"]);
    const { status } = await app.api("GET", "/api/v1/runs", { as: `tr_dev_${"x".repeat(24)}` });
    expect(status).toBe(429);
    expect(await connect(app.origin, "/dev-worker", apiKey)).toBe("connected");
  });
});
