import type { CredentialKind } from "./bearer-credential.js";

/** How each kind of credential is called in the document, and what it is. */
export const SCHEMES: Record<CredentialKind, { name: string; description: string }> = {
  pat: {
    name: "personalAccessToken",
    description:
      "`tr_pat_` and 40 letters and digits: a person. Made on the tokens page, or by signing in on the command line.",
  },
  uat: {
    name: "userActorToken",
    description:
      "`tr_uat_` and a JWT: a person, for a while, narrowed by a cap. Minted from a personal access token with " +
      "`POST /api/v1/auth/user-actor-token`; it cannot mint another.",
  },
  environmentKey: {
    name: "environmentKey",
    description:
      "`tr_dev_…`, `tr_stg_…`, `tr_prod_…` or `tr_preview_…`: one environment, and all that may be done in it.",
  },
  environmentJwt: {
    name: "environmentJwt",
    description:
      "A JWT: scopes in one environment. Exchanged for a person's token with `POST /api/v1/projects/{ref}/{env}/jwt`, " +
      "and then naming whom it acts for, or signed by a client with the environment's key.",
  },
};

/** The headings, in the order of a reader's way. */
export const TAGS: Record<string, string> = {
  Login: "How a command line gets a person's token: a page to approve it on, and a code to poll with.",
  Discovery: "Who one is and what one can see. A live credential is enough.",
  Tokens: "Mint a narrower token, exchange it for one of an environment, list and revoke one's own.",
  Organizations: "Their policies, members and roles.",
  Projects: "Make and change projects.",
  Environments: "Environments, their keys and their branches.",
  "Environment variables": "What the tasks of an environment get to see. Sealed in the database.",
  Runs: "Trigger tasks and read their runs, in the environment that the credential belongs to.",
  Errors: "Failed runs in groups: list and read them, say where they stand, and see who said so.",
  Tasks: "What the tasks of a project are, and whether anybody is there to execute them.",
  Workers: "What `trigger.dev dev` asks while it executes the runs of an environment.",
  Queues: "What waits for its turn, and what holds it up.",
  Batches: "Trigger many tasks together, and read how their runs stand.",
  Server: "The server itself.",
};

/** What stands in a path, by the name of its parameter. */
export const PATH_PARAMETERS: Record<string, { description: string; example: string }> = {
  slug: { description: "An organization's slug.", example: "main" },
  ref: { description: "A project's ref.", example: "proj_t2wz7110pekf4eu470yb2r80" },
  env: { description: "`dev` (one's own), `staging`, `prod` or `preview`.", example: "dev" },
  name: { description: "A variable's name.", example: "GREETING" },
  taskId: { description: "A task's identifier.", example: "hello" },
  key: { description: "An idempotency key, as it was sent with the trigger.", example: "order-7" },
  snapshotId: {
    description: "A snapshot's id: the run's state that the worker knows of.",
    example: "snapshot_0mwrnsmvbi40sy5qbkz2hjdu",
  },
  runId: { description: "A run's id.", example: "run_g2sztytkawtkv4x0t1npg5th" },
  spanId: { description: "A span's id, from the run's trace.", example: "dcd4e4229d8f21fe" },
  errorId: {
    description: "An error's id: `error_` and its fingerprint.",
    example: "error_1896653e7c158d1eae7b0d2a84e9bc10",
  },
  queue: { description: "A queue: its id, or what the `type` of the request says.", example: "hello" },
  batchId: { description: "A batch's id.", example: "batch_0mwrnarsbyli0rnrdvfrcxnl" },
  packetName: { description: "What the client calls it; of no meaning here.", example: "payload.json" },
  secret: { description: "What `presignedUrl` ends with.", example: "c2VjcmV0" },
  memberId: {
    description: "A member's `user_…`; to take an invitation back, its `invite_…`.",
    example: "user_0mwrnarsbyli0rnrdvfrcxnl",
  },
  invitationId: { description: "An invitation's id.", example: "invite_0mwrnarsbyli0rnrdvfrcxnl" },
  role: { description: "A role's name.", example: "release-manager" },
  tokenId: { description: "A token's id, `pat_…` or `uat_…`.", example: "uat_03ekexzr8s7bftsi4t878f5c" },
};

/** What `x-trigger-branch` says. */
export const BRANCH_HEADER = {
  description: "A branch of the preview environment, which needs one, or of a dev environment.",
  example: "feature/checkout",
};

/** Every refusal by its status: the name of its component, and why. */
export const REFUSALS = {
  400: { name: "BadRequest", description: "The request is not well formed; `issues` lists every problem." },
  401: { name: "Unauthorized", description: "The credential is missing, malformed, expired or revoked." },
  403: { name: "Forbidden", description: "The credential may not do this; `scopes` names what would do." },
  404: { name: "NotFound", description: "Not there, or not for this caller." },
  413: { name: "TooLarge", description: "The body is too large." },
  415: { name: "NotJson", description: "The body is not JSON." },
  429: { name: "TooManyRequests", description: "Too many requests; `Retry-After` says when to come again." },
  501: { name: "NotImplemented", description: "No role-aware RBAC plugin is loaded: every member is treated alike." },
} as const;
