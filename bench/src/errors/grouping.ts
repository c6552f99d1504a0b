import { join } from "node:path";
import { createPool, createPrisma, deployMigrations, startEmbeddedPostgres } from "@trigger.dev/database";
import { fingerprintOf } from "@trigger.dev/errors";
import { byPlainRegex, byRawMessage, type LabelledError, scoreOf, throwCorpus } from "@trigger.dev/errors/corpus";
import { removeDataDir, temporaryDataDir } from "../servers.js";

/** Each part is a project of its own: errors of two environments are never one group. */
interface Failure extends LabelledError {
  readonly environmentId: string;
  readonly taskIdentifier: string;
}

/** The goal is for all parts together. */
const ALL = "all parts";
const GOAL = { precision: 0.99, recall: 0.95 };
const GOAL_PER_SECOND = 50_000;

/** In the order in which they were written. */
const PARTS = ["first", "second", "third", "later", "fourth", "fifth", "sixth", "seventh"];

/** Prints how well failures are grouped, beside simpler ways, and how many fingerprints one core makes. */
export async function benchGrouping(root: string): Promise<void> {
  const fixtures = join(root, "internal-packages/errors/fixtures");
  process.stdout.write("Grouping of really thrown errors: pairwise precision, recall, groups per cause.\n\n");
  const all: Failure[] = [];
  await withDatabase(async (tools) => {
    for (const part of PARTS) {
      const errors = await throwCorpus(join(fixtures, part), { tools });
      const failures = errors.map((labelled) => ({ ...labelled, environmentId: part, taskIdentifier: "bench" }));
      printScores(`${part} part`, failures);
      all.push(...failures);
      if (part === "third") printScores("first to third", all);
    }
  });
  printScores(ALL, all);
  printSpeed(all);
}

/** Later parts fail on a real PostgreSQL too. */
async function withDatabase(work: (tools: object) => Promise<void>): Promise<void> {
  const dataDir = await temporaryDataDir();
  const server = await startEmbeddedPostgres({ dataDir, throwaway: true });
  try {
    await deployMigrations(server.url);
    const pool = createPool({ url: server.url, applicationName: "bench" });
    await work({ pool, prisma: createPrisma(pool) });
    await pool.end();
  } finally {
    await server.stop();
    await removeDataDir(dataDir);
  }
}

function printScores(title: string, failures: readonly Failure[]): void {
  const ways: [string, (failure: Failure) => string][] = [
    ["fingerprint", (failure) => fingerprintOf(failure).fingerprint],
    ["plain regex", ({ environmentId, error }) => `${environmentId} ${byPlainRegex(error)}`],
    ["raw message", ({ environmentId, error }) => `${environmentId} ${byRawMessage(error)}`],
  ];
  for (const [name, keyOf] of ways) {
    const { precision, recall, groupsPerCause, causes } = scoreOf(failures, keyOf);
    const figures = [precision, recall, groupsPerCause].map((figure) => figure.toFixed(3)).join("  ");
    const verdict =
      name === "fingerprint" && title === ALL
        ? precision >= GOAL.precision && recall >= GOAL.recall
          ? "  ok"
          : "  MISSED"
        : "";
    process.stdout.write(
      `${title.padEnd(14)}${String(causes).padStart(4)} causes  ${name.padEnd(14)}${figures}${verdict}\n`,
    );
  }
}

/** By the processor's time, so that what else the machine does is left out. */
function printSpeed(failures: readonly Failure[]): void {
  const round = (): void => {
    for (const failure of failures) fingerprintOf(failure);
  };
  for (let warmUp = 0; warmUp < 20; warmUp += 1) round();
  const before = process.cpuUsage();
  const rounds = 60;
  for (let count = 0; count < rounds; count += 1) round();
  const { user, system } = process.cpuUsage(before);
  const perSecond = Math.round((failures.length * rounds * 1e6) / (user + system));
  const verdict = perSecond >= GOAL_PER_SECOND ? "ok" : "MISSED";
  process.stdout.write(`\n${perSecond} fingerprints per second and core, ${verdict} (>= ${GOAL_PER_SECOND})\n\n`);
}
