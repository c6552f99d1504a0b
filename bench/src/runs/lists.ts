import { driveEach } from "./drive-each.js";
import type { RunsWorld } from "./world.js";

/** One of each filter of the list, a common value or a rare one. */
const FILTERS = {
  none: "",
  "status, common": "filter[status]=COMPLETED",
  "status, rare": "filter[status]=EXPIRED",
  "status, several": "filter[status]=CRASHED,EXPIRED",
  "status, of no run": "filter[status]=EXECUTING",
  "task, common": "filter[taskIdentifier]=task-3",
  "task, rare": "filter[taskIdentifier]=nightly",
  version: "filter[version]=20260101.7",
  "version, unknown": "filter[version]=20200101.1",
  "tag, common": "filter[tag]=plan:1",
  "tag, rare": "filter[tag]=customer:77",
  "tag, unknown": "filter[tag]=nobody",
  "tag, several": "filter[tag]=customer:77,customer:78,plan:1",
  queue: "filter[queue]=task/task-4",
  "queue, rare": "filter[queue]=task/nightly",
  "is a test": "filter[isTest]=true",
  "is no test": "filter[isTest]=false",
  batch: "filter[batch]=batch_3",
  machine: "filter[machine]=large-1x",
  region: "filter[region]=eu-1",
  error: "filter[error]=error_100000000000000000000007",
  schedule: "filter[schedule]=sched_1",
  "created from, to": "filter[createdAt][from]=2026-01-01T01:00:00Z&filter[createdAt][to]=2026-01-01T02:00:00Z",
  "created within": "filter[createdAt][period]=1d",
  "task and status": "filter[taskIdentifier]=task-19&filter[status]=EXPIRED",
  "status and tag": "filter[status]=FAILED&filter[tag]=plan:2",
  "status, rare, and tag": "filter[status]=EXPIRED&filter[tag]=plan:2",
  "status and tag, rare": "filter[status]=COMPLETED&filter[tag]=customer:77",
} as const;

const REQUESTS = 300;

/** `npm run bench -- "runs list, tag"` measures the lists by tags alone. */
export const LISTS = Object.keys(FILTERS).map((filter) => `runs list, ${filter}`);

/** The 99th percentile of each filtered list at 16 connections, in milliseconds: the better one of two rounds. */
export async function measureLists(
  { origin, places: [{ apiKey }] }: RunsWorld,
  isWanted: (name: string) => boolean,
): Promise<Map<string, number>> {
  const measured = new Map<string, number>();
  for (const [filter, query] of Object.entries(FILTERS)) {
    const name = `runs list, ${filter}`;
    if (!isWanted(name)) continue;
    const request = { path: `/api/v1/runs?${encodeURI(query)}`, token: apiKey };
    const requests = Array.from({ length: REQUESTS }, () => request);
    await driveEach(origin, requests);
    const [one, other] = [await driveEach(origin, requests), await driveEach(origin, requests)];
    measured.set(name, Math.min(one.p99Ms, other.p99Ms));
  }
  return measured;
}
