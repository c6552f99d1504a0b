import type { Request } from "./drive-each.js";
import type { Place } from "./world.js";

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

/** Of each filter that is wanted its name, and the same request of an environment as often as it is measured. */
export const listRequests = (isWanted: (name: string) => boolean) =>
  Object.entries(FILTERS)
    .map(([filter, query]) => {
      const path = `/api/v1/runs?${encodeURI(query)}`;
      const requestsOf = ({ apiKey }: Place): Request[] =>
        Array.from({ length: REQUESTS }, () => ({ path, token: apiKey }));
      return [`runs list, ${filter}`, requestsOf] as const;
    })
    .filter(([name]) => isWanted(name));
