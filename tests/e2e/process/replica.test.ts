import {
  freePort,
  type ReplicatedPostgres,
  startApp,
  startReplicatedPostgres,
  type TestApp,
} from "@trigger.dev/testing";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let postgres: ReplicatedPostgres;
let replica: Client;
let app: TestApp;

beforeAll(async () => {
  postgres = await startReplicatedPostgres();
  replica = new Client({ connectionString: postgres.replicaUrl });
  await replica.connect();
  const env = { DATABASE_REPLICA_URL: postgres.replicaUrl, RATE_LIMITS: "off" };
  app = await startApp({ databaseUrl: postgres.url, env });
});

afterAll(async () => {
  await app?.stop();
  await replica?.end();
  await postgres?.stop();
});

const trigger = async (): Promise<string> => {
  const as = app.bootstrap.environments.dev.apiKey;
  const answer = await app.api<{ id: string }>("POST", "/api/v1/tasks/hello/trigger", { as, body: { payload: "{}" } });
  expect(answer.status).toBe(200);
  return answer.body.id;
};

const listed = async (query = ""): Promise<string[]> => {
  const as = app.bootstrap.environments.dev.apiKey;
  const answer = await app.api<{ data: { id: string }[] }>("GET", `/api/v1/runs${query}`, { as });
  expect(answer.status).toBe(200);
  return answer.body.data.map(({ id }) => id);
};

const FILTERED = "?filter[taskIdentifier]=hello";

describe("with a read replica", () => {
  it("lists of runs are the replica's", async () => {
    const first = await trigger();
    await expect.poll(() => listed()).toEqual([first]);
    await replica.query("SELECT pg_wal_replay_pause()");
    const second = await trigger();
    expect(await listed()).toEqual([first]);
    expect(await listed(FILTERED)).toEqual([first]);
    // A cursor that the replica does not know yet is one all the same.
    expect(await listed(`?page[after]=${second}`)).toEqual([first]);
    const as = app.bootstrap.environments.dev.apiKey;
    expect((await app.api("GET", `/api/v3/runs/${second}`, { as })).status).toBe(200);
    await replica.query("SELECT pg_wal_replay_resume()");
    await expect.poll(() => listed()).toEqual([second, first]);
    await expect.poll(() => listed(FILTERED)).toEqual([second, first]);
  });

  it("credentials never are: a token works, and is dead, before the replica hears of it", async () => {
    await replica.query("SELECT pg_wal_replay_pause()");
    const pat = app.bootstrap.personalAccessToken;
    const minted = await app.api<{ token: string; id: string }>("POST", "/api/v1/auth/user-actor-token", {
      as: pat,
      body: { cap: ["read:runs"] },
    });
    const exchange = `/api/v1/projects/${app.bootstrap.project.ref}/dev/jwt`;
    const { body } = await app.api<{ token: string }>("POST", exchange, { as: minted.body.token, body: {} });
    const statuses = async () => [
      (await app.api("GET", "/api/v2/whoami", { as: minted.body.token })).status,
      (await app.api("GET", "/api/v1/runs", { as: body.token })).status,
    ];
    expect(await statuses()).toEqual([200, 200]);
    expect((await app.api("DELETE", `/api/v1/auth/tokens/${minted.body.id}`, { as: pat })).status).toBe(204);
    expect(await statuses()).toEqual([401, 401]);
    const { rows } = await replica.query("SELECT 1 FROM user_actor_token WHERE id = $1", [minted.body.id]);
    expect(rows).toEqual([]);
    await replica.query("SELECT pg_wal_replay_resume()");
  });

  it("those lists alone are unavailable while it is down", async () => {
    const nobody = `postgresql://trigger:none@127.0.0.1:${await freePort()}/trigger`;
    const alone = await startApp({ env: { DATABASE_REPLICA_URL: nobody } });
    const as = alone.bootstrap.environments.dev.apiKey;
    const statusOf = async (path: string) => (await alone.api("GET", path, { as })).status;
    expect(await Promise.all([statusOf("/api/v1/runs"), statusOf(`/api/v1/runs${FILTERED}`)])).toEqual([503, 503]);
    expect(await Promise.all([statusOf("/api/v1/errors"), statusOf("/healthcheck")])).toEqual([200, 200]);
    expect(await alone.stop()).toBe(0);
  });
});
