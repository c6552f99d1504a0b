import type * as z from "zod";
import type { ListRunsSearchParams } from "../schemas/list-runs-query.js";
import type { TriggerTaskRequestBody } from "../schemas/trigger-task.js";
import { pathSegment } from "./path-segment.js";
import { requestJson, type RequestSettings } from "./request.js";

const lazyJwtClaims = async () => (await import("../schemas/jwt-claims.js")).JwtClaimsResponseBody;
const lazyListRuns = async () => (await import("../schemas/run.js")).ListRunsResponseBody;
const lazyRetrieveRun = async () => (await import("../schemas/run.js")).RetrieveRunResponseBody;
const lazyRunId = async () => (await import("../schemas/change-run.js")).RunIdResponseBody;
const lazyTriggerTask = async () => (await import("../schemas/trigger-task.js")).TriggerTaskResponseBody;

/** `filter[…]` and `page[…]` of a list of runs, as they stand in a URL. */
export type ListRunsParameters = z.input<typeof ListRunsSearchParams>;

/** Runs and tasks of the environment that the credential belongs to. */
export function runMethods(settings: RequestSettings) {
  return {
    triggerTask: (taskIdentifier: string, body: TriggerTaskRequestBody = {}) =>
      requestJson(
        settings,
        { method: "POST", path: `/api/v1/tasks/${pathSegment(taskIdentifier)}/trigger`, body },
        lazyTriggerTask,
      ),

    listRuns: (query: ListRunsParameters = {}) =>
      requestJson(settings, { method: "GET", path: "/api/v1/runs", query }, lazyListRuns),

    /** Runs of a whole project, for a person's own token. */
    listProjectRuns: (ref: string, query: ListRunsParameters = {}) =>
      requestJson(settings, { method: "GET", path: `/api/v1/projects/${pathSegment(ref)}/runs`, query }, lazyListRuns),

    retrieveRun: (id: string) =>
      requestJson(settings, { method: "GET", path: `/api/v3/runs/${pathSegment(id)}` }, lazyRetrieveRun),

    /** Triggers its task again. */
    replayRun: (id: string) =>
      requestJson(settings, { method: "POST", path: `/api/v1/runs/${pathSegment(id)}/replay` }, lazyRunId),

    /** At once and for good. */
    cancelRun: (id: string) =>
      requestJson(settings, { method: "POST", path: `/api/v2/runs/${pathSegment(id)}/cancel` }, lazyRunId),

    /** The claims that a JWT signed with the environment's key must have. */
    createJwtClaims: () => requestJson(settings, { method: "POST", path: "/api/v1/auth/jwt/claims" }, lazyJwtClaims),
  };
}
