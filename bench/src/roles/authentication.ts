import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createPool, createReadLanes, type NamedStatement } from "@trigger.dev/database";
import type { AccessTarget } from "@trigger.dev/plugins/rbac";
import { createRbac, createSecrets, createStaticSecretSource, type Rbac } from "@trigger.dev/rbac";
import { median } from "../compare.js";
import { printAtMost } from "../report.js";
import type { Ours } from "../servers.js";

const PLUGIN = "@trigger.dev/rbac-roles";
const AT_MOST = 1.25;
const ROUNDS = 9;
const PER_ROUND = 2_000;

const silent = { info() {}, warn() {}, error() {} };

export interface Tokens {
  pat: string;
  uat: string;
  /** Of the dev environment. */
  jwt: string;
}

/**
 * Microseconds that an authentication takes, of `PER_ROUND` of them. As many are under way at a time as there are
 * tokens, each its own: those of one token would share their statements.
 */
async function microseconds(tokens: readonly Tokens[], ask: (tokens: Tokens) => Promise<{ ok: boolean }>) {
  let left = PER_ROUND;
  const worker = async (own: Tokens) => {
    while (left-- > 0) if (!(await ask(own)).ok) throw new Error("a live credential was refused");
  };
  const startedAt = performance.now();
  await Promise.all(tokens.map(worker));
  return ((performance.now() - startedAt) * 1000) / PER_ROUND;
}

/** Times the controllers themselves, without HTTP, over the server's own database; also counts their statements. */
export async function benchAuthentication(root: string, ours: Ours, tokens: readonly Tokens[]): Promise<void> {
  const secrets = createSecrets(
    createStaticSecretSource(JSON.parse(await readFile(join(ours.dataDir, "secrets.json"), "utf8"))),
  );
  const pool = createPool({ url: ours.databaseUrl, max: 4, applicationName: "bench" });
  const lanes = createReadLanes({ url: ours.databaseUrl, onError: () => {} });
  let statements = 0;
  const reader = {
    query: <Row extends object>(statement: NamedStatement) => {
      statements += 1;
      return lanes.query<Row>(statement);
    },
  };
  const boot = (plugin?: string) => createRbac({ pool, reader, secrets, log: silent, plugin, cwd: root });
  const [fallback, roles] = [await boot(), await boot(PLUGIN)];
  try {
    const target: AccessTarget = { kind: "environment", ref: ours.bootstrap.project.ref, environment: "dev" };
    const figures = [
      ["PAT", (rbac: Rbac) => (own: Tokens) => rbac.authenticatePersonalAccessToken(own.pat, { target })],
      ["UAT", (rbac: Rbac) => (own: Tokens) => rbac.authenticateUserActor(own.uat, { target })],
      [
        "environment JWT",
        (rbac: Rbac) => (own: Tokens) => rbac.authenticateBearer(own.jwt, { target: { kind: "credential" } }),
      ],
    ] as const;
    for (const [kind, ask] of figures) {
      statements = 0;
      await microseconds(tokens, ask(roles));
      const asked = statements / PER_ROUND;
      await microseconds(tokens, ask(fallback));
      const rounds: { ours: number; yardstick: number }[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const yardstick = await microseconds(tokens, ask(fallback));
        rounds.push({ yardstick, ours: await microseconds(tokens, ask(roles)) });
      }
      const own = median(rounds.map((round) => round.ours));
      // The yardstick that makes the ratio the median of the rounds' own, which the machine's mood leaves alone.
      const yardstick = own / median(rounds.map((round) => round.ours / round.yardstick));
      printAtMost({ name: `roles: authentication (${kind})`, unit: "µs", ours: own, yardstick, atMost: AT_MOST });
      printAtMost({ name: `roles: statements (${kind})`, unit: "round trips", ours: asked, atMost: 1 });
    }
  } finally {
    await fallback.close();
    await roles.close();
    await lanes.end();
    await pool.end();
  }
}
