import { join } from "node:path";
import { createPool, createPrisma, deployMigrations, startEmbeddedPostgres } from "@trigger.dev/database";
import { fingerprintOf } from "@trigger.dev/errors";
import { byPlainRegex, byRawMessage, type LabelledError, scoreOf, throwCorpus } from "@trigger.dev/errors/corpus";
import { removeDataDir, temporaryDataDir } from "../servers.js";

const place = { environmentId: "env_bench", taskIdentifier: "bench" };
/** The goal is for all parts together. */
const ALL = "all parts";
const GOAL_PER_SECOND = 50_000;

/** Prints how well failures are grouped, beside simpler ways, and how many fingerprints one core makes. */
export async function benchGrouping(root: string): Promise<void> {
  const fixtures = join(root, "internal-packages/errors/fixtures");
  const parts = {
    first: await throwCorpus(join(fixtures, "first")),
    second: await throwCorpus(join(fixtures, "second")),
    third: await throwCorpus(join(fixtures, "third")),
    later: await withDatabase((tools) => throwCorpus(join(fixtures, "later"), { tools })),
    fourth: await withDatabase((tools) => throwCorpus(join(fixtures, "fourth"), { tools })),
    fifth: await withDatabase((tools) => throwCorpus(join(fixtures, "fifth"), { tools })),
  };
  const before = [...parts.first, ...parts.second, ...parts.third];
  process.stdout.write("Grouping of really thrown errors: pairwise precision, recall, groups per cause.\n\n");
  for (const [name, errors] of Object.entries(parts)) printScores(`${name} part`, errors);
  const all = Object.values(parts).flat();
  printScores("first to third", before);
  printScores(ALL, all);
  printSpeed(all);
}

/** The later part fails on a real PostgreSQL too. */
async function withDatabase<T>(work: (tools: object) => Promise<T>): Promise<T> {
  const dataDir = await temporaryDataDir();
  const server = await startEmbeddedPostgres({ dataDir, throwaway: true });
  try {
    await deployMigrations(server.url);
    const pool = createPool({ url: server.url, applicationName: "bench" });
    const thrown = await work({ pool, prisma: createPrisma(pool) });
    await pool.end();
    return thrown;
  } finally {
    await server.stop();
    await removeDataDir(dataDir);
  }
}

function printScores(title: string, errors: readonly LabelledError[]): void {
  const ways = [
    ["fingerprint", (error: LabelledError["error"]) => fingerprintOf({ ...place, error }).fingerprint],
    ["plain regex", byPlainRegex],
    ["raw message", byRawMessage],
  ] as const;
  for (const [name, keyOf] of ways) {
    const { precision, recall, groupsPerCause, causes } = scoreOf(errors, ({ error }) => keyOf(error));
    const figures = [precision, recall, groupsPerCause].map((figure) => figure.toFixed(3)).join("  ");
    const verdict =
      name === "fingerprint" && title === ALL ? (precision >= 0.995 && recall >= 0.97 ? "  ok" : "  MISSED") : "";
    process.stdout.write(
      `${title.padEnd(14)}${String(causes).padStart(4)} causes  ${name.padEnd(14)}${figures}${verdict}\n`,
    );
  }
}

/** By the processor's time, so that what else the machine does is left out. */
function printSpeed(errors: readonly LabelledError[]): void {
  const failures = errors.map(({ error }) => ({ ...place, error }));
  const round = (): void => {
    for (const failure of failures) fingerprintOf(failure);
  };
  for (let warmUp = 0; warmUp < 20; warmUp += 1) round();
  const before = process.cpuUsage();
  const rounds = 60;
  for (let count = 0; count < rounds; count += 1) round();
  const { user, system } = process.cpuUsage(before);
  const perSecond = Math.round((errors.length * rounds * 1e6) / (user + system));
  const verdict = perSecond >= GOAL_PER_SECOND ? "ok" : "MISSED";
  process.stdout.write(`\n${perSecond} fingerprints per second and core, ${verdict} (>= ${GOAL_PER_SECOND})\n\n`);
}
