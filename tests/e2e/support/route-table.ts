import type { JsonObject } from "@trigger.dev/testing";

/**
 * What every route answers every kind of credential. The columns of a row:
 * `none`; `people`: PAT, capless UAT, UAT capped to read:runs, PAT of a stranger; `keys`: the dev environment's key,
 * the prod environment's, another project's; `jwts`: exchanged wide, exchanged for read:runs, without scopes,
 * self-signed wide. All of dev but where it says otherwise.
 */
export interface Row {
  none: number;
  people: readonly [number, number, number, number];
  keys: readonly [number, number, number];
  jwts: readonly [number, number, number, number];
  body?: JsonObject;
  /** How large a body it takes; 1 unless said. */
  mebibytes?: number;
  /** It takes its JSON under `text/plain` as well. */
  plainText?: true;
  /** Puts in place, as the owner, what the request is about. */
  needs?: "variable" | "token" | "key" | "run";
}

const PUBLIC = (status: number) =>
  ({
    none: status,
    people: [status, status, status, status],
    keys: [status, status, status],
    jwts: [status, status, status, status],
  }) as const;
const NO_KEYS = { none: 401, keys: [401, 401, 401], jwts: [401, 401, 401, 401] } as const;
const NO_PEOPLE = { none: 401, people: [401, 401, 401, 401] } as const;
const NO_JWTS = { none: 401, jwts: [401, 401, 401, 401] } as const;
/** Of one environment: its own key alone. */
const OWN_KEY = { ...NO_JWTS, people: [200, 200, 403, 404], keys: [200, 404, 404] } as const;
const DISCOVERY = { ...NO_KEYS, people: [200, 200, 200, 200] } as const;

/** Of one run or error of the dev environment: what `read:runs` does not cover. */
const RUN_CHANGE = { ...NO_PEOPLE, keys: [200, 404, 404], jwts: [200, 403, 403, 200] } as const;

/** What a worker asks with its environment's key. */
const WORKER = { ...NO_PEOPLE, keys: [200, 200, 200], jwts: [401, 401, 401, 401] } as const;
/** The same of one run of the dev environment. */
const WORKER_OF_RUN = { ...WORKER, keys: [200, 404, 404] } as const;
/** What task processes tell of their runs. */
const TELEMETRY = {
  ...NO_PEOPLE,
  keys: [200, 200, 200],
  jwts: [200, 403, 403, 200],
  body: { resourceSpans: [] },
  mebibytes: 4,
} as const;
/** A view of one run of the dev environment. */
const RUN_VIEW = { ...NO_PEOPLE, keys: [200, 404, 404], jwts: [200, 200, 403, 200] } as const;
const TASKS = { ...NO_KEYS, people: [200, 200, 403, 404] } as const;

/** Of members and roles: nothing without a role-aware plugin. */
const UNSERVED = { ...NO_KEYS, people: [501, 501, 403, 404] } as const;
const MEMBER = "/api/v1/orgs/{slug}/members/{memberId}";

const DEV_RUN = "/engine/v1/dev/runs/{runId}";
const ENVVARS = "/api/v1/projects/{ref}/envvars/{env}";

export const ROUTES: Readonly<Record<string, Row>> = {
  "POST /api/v1/auth/jwt/claims": { ...NO_PEOPLE, keys: [200, 200, 200], jwts: [401, 401, 401, 401] },
  "GET /api/v1/auth/tokens": { ...NO_KEYS, people: [200, 200, 403, 200] },
  "DELETE /api/v1/auth/tokens/{tokenId}": { ...NO_KEYS, people: [204, 204, 403, 404], needs: "token" },
  "POST /api/v1/auth/user-actor-token": { ...NO_KEYS, people: [200, 401, 401, 200], body: {} },
  "POST /api/v1/authorization-code": PUBLIC(200),
  "POST /api/v1/token": { ...PUBLIC(400), body: { authorizationCode: "unknown" }, plainText: true },
  "GET /api/v1/orgs": DISCOVERY,
  "GET /api/v1/orgs/{slug}": { ...NO_KEYS, people: [200, 200, 200, 404] },
  "POST /api/v1/orgs/{slug}/projects": { ...NO_KEYS, people: [200, 200, 403, 404], body: { name: "Another" } },
  "GET /api/v1/orgs/{slug}/policy": { ...NO_KEYS, people: [200, 200, 403, 404] },
  "GET /api/v1/orgs/{slug}/audit": { ...NO_KEYS, people: [200, 200, 403, 404] },
  "PATCH /api/v1/orgs/{slug}/policy": { ...NO_KEYS, people: [200, 200, 403, 404], body: {} },
  "PUT /api/v1/orgs/{slug}/policy": { ...NO_KEYS, people: [200, 200, 403, 404], body: {} },
  "GET /api/v1/orgs/{slug}/members": UNSERVED,
  "POST /api/v1/orgs/{slug}/members": { ...UNSERVED, body: { email: "grace@example.com" } },
  [`PATCH ${MEMBER}`]: { ...UNSERVED, body: { role: "viewer" } },
  [`DELETE ${MEMBER}`]: { ...UNSERVED, people: [501, 501, 501, 404] },
  [`PUT ${MEMBER}/grants/{ref}`]: { ...UNSERVED, body: { role: "viewer" } },
  [`DELETE ${MEMBER}/grants/{ref}`]: UNSERVED,
  "GET /api/v1/orgs/{slug}/roles": UNSERVED,
  "POST /api/v1/orgs/{slug}/roles": { ...UNSERVED, body: { name: "watcher", permissions: [{ scope: "read:runs" }] } },
  "PATCH /api/v1/orgs/{slug}/roles/{role}": { ...UNSERVED, body: { permissions: [] } },
  "DELETE /api/v1/orgs/{slug}/roles/{role}": UNSERVED,
  "GET /api/v1/invitations": { ...UNSERVED, people: [501, 501, 403, 501] },
  "POST /api/v1/invitations/{invitationId}/accept": { ...UNSERVED, people: [501, 501, 403, 501] },
  "GET /api/v1/platform-notifications": DISCOVERY,
  "GET /api/v1/projects": DISCOVERY,
  "GET /api/v1/projects/runtimes": DISCOVERY,
  "GET /api/v1/projects/{ref}": { ...NO_KEYS, people: [200, 200, 200, 404] },
  "PATCH /api/v1/projects/{ref}": { ...NO_KEYS, people: [200, 200, 403, 404], body: { name: "Renamed" } },
  "GET /api/v1/projects/{ref}/branches": { ...OWN_KEY, keys: [200, 200, 404] },
  "POST /api/v1/projects/{ref}/branches": { ...OWN_KEY, body: { branch: "matrix", env: "dev" } },
  "GET /api/v1/projects/{ref}/runs": { ...NO_KEYS, people: [200, 200, 200, 404] },
  "GET /api/v1/projects/{ref}/envvars": { ...NO_PEOPLE, keys: [200, 200, 404], jwts: [401, 401, 401, 401] },
  [`GET ${ENVVARS}`]: OWN_KEY,
  [`POST ${ENVVARS}`]: { ...OWN_KEY, body: { name: "MATRIX", value: "1" } },
  [`POST ${ENVVARS}/import`]: { ...OWN_KEY, body: { variables: { MATRIX: "1" } } },
  [`GET ${ENVVARS}/{name}`]: { ...OWN_KEY, needs: "variable" },
  [`PUT ${ENVVARS}/{name}`]: { ...OWN_KEY, body: { value: "2" }, needs: "variable" },
  [`DELETE ${ENVVARS}/{name}`]: { ...OWN_KEY, needs: "variable" },
  "GET /api/v1/projects/{ref}/{env}": OWN_KEY,
  "POST /api/v1/projects/{ref}/{env}/jwt": { ...NO_KEYS, people: [200, 200, 200, 404], body: {} },
  "GET /api/v1/runs": { ...NO_PEOPLE, keys: [200, 200, 200], jwts: [200, 200, 403, 200] },
  "GET /api/v1/errors": { ...NO_PEOPLE, keys: [200, 200, 200], jwts: [200, 403, 403, 200] },
  "GET /api/v1/errors/{errorId}": RUN_CHANGE,
  "GET /api/v1/errors/{errorId}/activity": RUN_CHANGE,
  "POST /api/v1/errors/{errorId}/resolve": { ...RUN_CHANGE, body: { resolvedInVersion: "20261122.1" } },
  "POST /api/v1/errors/{errorId}/ignore": { ...RUN_CHANGE, body: { totalOccurrences: 2 } },
  "POST /api/v1/errors/{errorId}/unresolve": { ...RUN_CHANGE, body: {} },
  "POST /api/v1/idempotencyKeys/{key}/reset": { ...RUN_CHANGE, body: { taskIdentifier: "hello" }, needs: "key" },
  "PUT /api/v1/runs/{runId}/metadata": { ...RUN_CHANGE, body: { metadata: { step: 1 } } },
  "POST /api/v1/runs/{runId}/replay": RUN_CHANGE,
  "POST /api/v1/runs/{runId}/reschedule": {
    ...RUN_CHANGE,
    keys: [409, 404, 404],
    jwts: [409, 403, 403, 409],
    body: { delay: "1h" },
  },
  "POST /api/v1/runs/{runId}/tags": { ...RUN_CHANGE, body: { tags: ["matrix"] } },
  "GET /api/v3/runs/{runId}": RUN_VIEW,
  "GET /api/v1/runs/{runId}/events": RUN_VIEW,
  "GET /api/v1/runs/{runId}/metadata": RUN_VIEW,
  // The run is not over.
  "GET /api/v1/runs/{runId}/result": {
    ...RUN_VIEW,
    keys: [404, 404, 404],
    jwts: [404, 404, 403, 404],
    needs: "run",
  },
  "GET /realtime/v1/runs/{runId}": RUN_VIEW,
  "GET /api/v1/runs/{runId}/trace": RUN_VIEW,
  "GET /api/v1/runs/{runId}/spans/{spanId}": { ...RUN_VIEW, keys: [404, 404, 404], jwts: [404, 404, 403, 404] },
  "POST /api/v2/runs/{runId}/cancel": RUN_CHANGE,
  "POST /api/v1/projects/{ref}/background-workers": {
    ...WORKER,
    keys: [200, 200, 404],
    body: { metadata: { contentHash: "1", tasks: [{ id: "hello", filePath: "hello.ts" }] } },
    mebibytes: 32,
  },
  "GET /api/v1/projects/{ref}/{env}/workers/current": TASKS,
  "GET /api/v1/projects/{ref}/dev-status": TASKS,
  "GET /engine/v1/dev/config": WORKER,
  "GET /engine/v1/dev/presence": WORKER,
  "POST /engine/v1/dev/dequeue": { ...WORKER, keys: [404, 404, 404], body: { currentWorker: "none" }, plainText: true },
  "POST /engine/v1/dev/disconnect": { ...WORKER, body: { runFriendlyIds: [] }, plainText: true },
  [`POST ${DEV_RUN}/snapshots/{snapshotId}/attempts/start`]: {
    ...WORKER,
    keys: [409, 404, 404],
    body: {},
    plainText: true,
  },
  [`POST ${DEV_RUN}/snapshots/{snapshotId}/attempts/complete`]: {
    ...WORKER,
    keys: [400, 400, 400],
    body: { completion: { ok: true, id: "another_run" } },
    mebibytes: 32,
    plainText: true,
  },
  [`POST ${DEV_RUN}/snapshots/{snapshotId}/heartbeat`]: { ...WORKER_OF_RUN, body: {}, plainText: true },
  [`GET ${DEV_RUN}/snapshots/latest`]: WORKER_OF_RUN,
  [`POST ${DEV_RUN}/logs/debug`]: { ...WORKER, keys: [204, 404, 404], body: { message: "warm" }, plainText: true },
  "POST /otel/v1/traces": TELEMETRY,
  "POST /otel/v1/logs": TELEMETRY,
  "POST /otel/v1/metrics": PUBLIC(200),
  "POST /api/v1/tasks/{taskId}/trigger": {
    ...NO_PEOPLE,
    keys: [200, 200, 200],
    jwts: [200, 403, 403, 200],
    body: {},
    mebibytes: 32,
  },
  "GET /api/v1/queues": { ...NO_PEOPLE, keys: [200, 200, 200], jwts: [200, 403, 403, 200] },
  "GET /api/v1/queues/{queue}": RUN_CHANGE,
  "POST /api/v1/queues/{queue}/pause": { ...RUN_CHANGE, body: { type: "id", action: "pause" } },
  "POST /api/v1/queues/{queue}/concurrency/override": { ...RUN_CHANGE, body: { type: "id", concurrencyLimit: 5 } },
  "POST /api/v1/queues/{queue}/concurrency/reset": { ...RUN_CHANGE, body: { type: "id" } },
  "GET /api/v1/batches/{batchId}/results": RUN_VIEW,
  "GET /api/v2/batches/{batchId}": { ...NO_PEOPLE, keys: [200, 404, 404], jwts: [200, 200, 403, 200] },
  "POST /api/v3/batches": { ...NO_PEOPLE, keys: [200, 200, 200], jwts: [200, 403, 403, 200], body: { runCount: 1 } },
  "POST /api/v3/batches/{batchId}/items": RUN_CHANGE,
  "PUT /api/v2/packets/{packetName}": { ...NO_PEOPLE, keys: [200, 200, 200], jwts: [200, 403, 403, 200] },
  "PUT /api/v2/packets/upload/{secret}": PUBLIC(404),
  "GET /api/v2/packets/read/{secret}": PUBLIC(404),
  "GET /api/v1/packets/{packetName}": { ...NO_PEOPLE, keys: [404, 404, 404], jwts: [404, 404, 403, 404] },
  "GET /api/v2/whoami": DISCOVERY,
  "GET /healthcheck": PUBLIC(200),
  "GET /openapi.json": PUBLIC(200),
};
