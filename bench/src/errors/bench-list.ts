import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { percentile } from "../compare.js";
import { removeDataDir, startOurs, temporaryDataDir, type Ours } from "../servers.js";
import { LIST_CASES, type ListCase } from "./list-cases.js";
import { type Amount, loadGroups } from "./load-groups.js";

const GOAL_MS = 50;
const GOAL_TIMES = 3;
const WARM_UP = 20;
/** Nobody turns more pages than these; then the first is asked for again. */
const PAGES = 20;

/** `BENCH_ERROR_GROUPS=100000` measures fewer; there are ten occurrences to a group, and a hundredth of them beside. */
const GROUPS = Number(process.env["BENCH_ERROR_GROUPS"] ?? 1_000_000);
const REQUESTS = Number(process.env["BENCH_ERROR_REQUESTS"] ?? 200);
/** `BENCH_ERROR_DATA=/some/folder` loads them once into that folder, and measures what is there from then on. */
const KEPT = process.env["BENCH_ERROR_DATA"];
/** `BENCH_ERROR_CASES='ignored.*by count'` measures those alone. */
const CASES = new RegExp(process.env["BENCH_ERROR_CASES"] ?? "");

interface Figures {
  p50: number;
  p99: number;
}

interface Loaded {
  ours: Ours;
  amount: Amount;
}

async function start(root: string, dataDir: string, groups: number): Promise<Loaded> {
  const ours = await startOurs(root, dataDir);
  const amount = { groups, occurrences: groups * 10 };
  const mark = join(dataDir, "groups-are-loaded");
  const isLoaded = await access(mark).then(
    () => true,
    () => false,
  );
  if (!isLoaded) {
    const seconds = await loadGroups(ours.databaseUrl, ours.bootstrap.environments.prod.id, amount);
    process.stdout.write(`${groups} groups and ${amount.occurrences} occurrences, loaded in ${seconds.toFixed(0)} s\n`);
    await writeFile(mark, "");
  }
  return { ours, amount };
}

const Answer = z.object({ pagination: z.object({ next: z.string().optional() }) });

/** Requests of one case, one at a time; how many milliseconds each took is kept once it is warm. */
function requestsOf({ ours }: Loaded, { queryOf, isDeep }: ListCase) {
  const taken: number[] = [];
  let next: string | undefined;
  const request = async (turn: number) => {
    const query = new URLSearchParams({ ...queryOf(turn), ...(next === undefined ? {} : { "page[after]": next }) });
    const authorization = `Bearer ${ours.bootstrap.environments.prod.apiKey}`;
    const startedAt = performance.now();
    const response = await fetch(`${ours.origin}/api/v1/errors?${query}`, { headers: { authorization } });
    const text = await response.text();
    const ms = performance.now() - startedAt;
    if (response.status !== 200) throw new Error(`${query}: ${response.status} ${text}`);
    if (turn >= WARM_UP) taken.push(ms);
    if (isDeep && (turn + 1) % PAGES === 0) next = undefined;
    else if (isDeep) next = Answer.parse(JSON.parse(text)).pagination.next;
  };
  return { taken, request };
}

const figuresOf = (taken: readonly number[]): Figures => ({
  p50: percentile(taken, 0.5),
  p99: percentile(taken, 0.99),
});

/** Few and many are asked in turn, so that whatever else the machine does hits both. */
async function measure(few: Loaded, many: Loaded, listCase: ListCase): Promise<{ few: Figures; many: Figures }> {
  const [small, large] = [requestsOf(few, listCase), requestsOf(many, listCase)];
  for (let turn = 0; turn < WARM_UP + REQUESTS; turn++) {
    await small.request(turn);
    await large.request(turn);
  }
  return { few: figuresOf(small.taken), many: figuresOf(large.taken) };
}

const write = (...columns: string[]) =>
  process.stdout.write(`${columns.map((column, index) => column.padEnd(index === 0 ? 72 : 20)).join("")}\n`);
const shown = ({ p50, p99 }: Figures) => `${p50.toFixed(1)} / ${p99.toFixed(1)} ms`;

/** Prints p50 and p99 of a list of errors with each filter, range and sort, among few groups and among many. */
export async function benchErrorList(root: string): Promise<void> {
  const folderOf = async (name: string) => (KEPT === undefined ? temporaryDataDir() : join(KEPT, name));
  const dirs = { few: await folderOf("few"), many: await folderOf("many") };
  const started: Ours[] = [];
  try {
    process.stdout.write("GET /api/v1/errors, one request at a time: p50 / p99 with each filter, range and sort.\n\n");
    const few = await start(root, dirs.few, Math.ceil(GROUPS / 100));
    started.push(few.ours);
    const many = await start(root, dirs.many, GROUPS);
    started.push(many.ours);
    await measureAll(few, many);
  } finally {
    for (const ours of started) await ours.stop();
    if (KEPT === undefined) for (const dataDir of Object.values(dirs)) await removeDataDir(dataDir);
  }
}

async function measureAll(few: Loaded, many: Loaded): Promise<void> {
  let missed = 0;
  write("", `${few.amount.groups} groups`, `${many.amount.groups} groups`, "times");
  const cases = LIST_CASES.filter(({ name }) => CASES.test(name));
  for (const listCase of cases) {
    const figures = await measure(few, many, listCase);
    const times = figures.many.p99 / figures.few.p99;
    const isGood = figures.many.p99 <= GOAL_MS && times <= GOAL_TIMES;
    if (!isGood) missed += 1;
    const verdict = isGood ? "ok" : `MISSED (<= ${GOAL_MS} ms, <= ${GOAL_TIMES})`;
    write(listCase.name, shown(figures.few), shown(figures.many), times.toFixed(1), verdict);
  }
  process.stdout.write(`\n${cases.length - missed} of ${cases.length} cases ok\n`);
}
