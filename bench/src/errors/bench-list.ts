import { removeDataDir, startOurs, temporaryDataDir, type Ours } from "../servers.js";
import { type Amount, loadGroups } from "./load-groups.js";

const GOAL_MS = 50;
const GOAL_TIMES = 3;
const WARM_UP = 5;

/** `BENCH_ERROR_GROUPS=100000` measures fewer; there are ten occurrences to a group, and a hundredth of them beside. */
const GROUPS = Number(process.env["BENCH_ERROR_GROUPS"] ?? 1_000_000);
const REQUESTS = Number(process.env["BENCH_ERROR_REQUESTS"] ?? 100);

const DAY_MS = 86_400_000;
const dayAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
const versionOf = (days: number) => `${dayAgo(days).toISOString().slice(0, 10).replaceAll("-", "")}.1`;

/** Queries by what they filter; `turn` varies what is asked for. */
const FILTERS: Record<string, (turn: number) => Record<string, string>> = {
  none: () => ({}),
  "one task": (turn) => ({ "filter[taskIdentifier]": `task-${turn % 50}` }),
  "three tasks": (turn) => ({ "filter[taskIdentifier]": [1, 2, 3].map((step) => `task-${(turn + step) % 50}`).join() }),
  version: (turn) => ({ "filter[version]": versionOf(turn % 2) }),
  unresolved: () => ({ "filter[status]": "unresolved" }),
  resolved: () => ({ "filter[status]": "resolved" }),
  ignored: () => ({ "filter[status]": "ignored" }),
  "search, common": () => ({ "filter[search]": "did NOT answer" }),
  "search, some": (turn) => ({ "filter[search]": `Region-${turn % 500}:` }),
  "search, none": (turn) => ({ "filter[search]": `nothing like ${turn}` }),
  "last hour": () => ({ "filter[period]": "1h" }),
  "last week": () => ({ "filter[period]": "7d" }),
  "last 30 days": () => ({ "filter[period]": "30d" }),
  "a day last week": () => ({ "filter[from]": dayAgo(8).toISOString(), "filter[to]": dayAgo(7).toISOString() }),
};
const SORTS = ["lastSeen", "firstSeen", "count"] as const;

interface Figures {
  p50: number;
  p99: number;
}

async function measure(url: string, key: string, queryOf: (turn: number) => Record<string, string>): Promise<Figures> {
  const taken: number[] = [];
  for (let turn = -WARM_UP; turn < REQUESTS; turn++) {
    const query = new URLSearchParams(queryOf(turn + WARM_UP));
    const startedAt = performance.now();
    const response = await fetch(`${url}?${query}`, { headers: { authorization: `Bearer ${key}` } });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${query}: ${response.status} ${text}`);
    if (turn >= 0) taken.push(performance.now() - startedAt);
  }
  taken.sort((one, other) => one - other);
  const at = (share: number) => taken[Math.min(taken.length - 1, Math.floor(taken.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

async function measureAll(ours: Ours, key: string): Promise<Map<string, Figures>> {
  const figures = new Map<string, Figures>();
  for (const [name, queryOf] of Object.entries(FILTERS)) {
    for (const sort of SORTS) {
      const found = await measure(`${ours.origin}/api/v1/errors`, key, (turn) => ({ ...queryOf(turn), sort }));
      figures.set(`${name}, by ${sort}`, found);
    }
  }
  return figures;
}

const write = (...columns: string[]) =>
  process.stdout.write(`${columns.map((column, index) => column.padEnd(index === 0 ? 32 : 22)).join("")}\n`);
const shown = ({ p50, p99 }: Figures) => `${p50.toFixed(1)} / ${p99.toFixed(1)} ms`;

async function load(databaseUrl: string, environmentId: string, amount: Amount): Promise<void> {
  const seconds = await loadGroups(databaseUrl, environmentId, amount);
  const { groups, occurrences } = amount;
  process.stdout.write(`${groups} groups and ${occurrences} occurrences, loaded in ${seconds.toFixed(0)} s\n`);
}

/** Prints p50 and p99 of a list of errors with each filter and sort, among few groups and among many. */
export async function benchErrorList(root: string): Promise<void> {
  const dataDir = await temporaryDataDir();
  const ours = await startOurs(root, dataDir);
  const { dev, prod } = ours.bootstrap.environments;
  try {
    process.stdout.write("GET /api/v1/errors, one request at a time: p50 / p99 with each filter and sort.\n\n");
    const few = { groups: Math.ceil(GROUPS / 100), occurrences: Math.ceil(GROUPS / 10) };
    await load(ours.databaseUrl, dev.id, few);
    const before = await measureAll(ours, dev.apiKey);
    await load(ours.databaseUrl, prod.id, { groups: GROUPS, occurrences: GROUPS * 10 });
    write("", `${few.groups} groups`, `${GROUPS} groups`, "times");
    for (const [name, many] of await measureAll(ours, prod.apiKey)) {
      const small = before.get(name) ?? { p50: Number.NaN, p99: Number.NaN };
      const times = many.p99 / small.p99;
      const isGood = many.p99 <= GOAL_MS && times <= GOAL_TIMES;
      write(
        name,
        shown(small),
        shown(many),
        times.toFixed(1),
        isGood ? "ok" : `MISSED (<= ${GOAL_MS} ms, <= ${GOAL_TIMES})`,
      );
    }
  } finally {
    await ours.stop();
    await removeDataDir(dataDir);
  }
}
