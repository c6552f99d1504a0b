import type * as z from "zod";
import type { CreateBranchRequestBody } from "../schemas/branches.js";
import type {
  CreateEnvironmentVariableRequestBody,
  ImportEnvironmentVariablesRequestBody,
  UpdateEnvironmentVariableRequestBody,
} from "../schemas/environment-variables.js";
import type { ExchangeTokenRequestBody } from "../schemas/exchange-token.js";
import type { CreateProjectRequestBody, UpdateProjectRequestBody } from "../schemas/projects.js";
import type { EnvironmentSlug } from "../schemas/text.js";
import { pathSegment } from "./path-segment.js";
import { requestEmpty, requestJson, type RequestSettings } from "./request.js";

const lazyCreateBranch = async () => (await import("../schemas/branches.js")).CreateBranchResponseBody;
const lazyListBranches = async () => (await import("../schemas/branches.js")).ListBranchesResponseBody;
const lazyEnvironmentVariableChanged = async () =>
  (await import("../schemas/environment-variables.js")).EnvironmentVariableChangedResponseBody;
const lazyEnvironmentVariableItem = async () =>
  (await import("../schemas/environment-variables.js")).EnvironmentVariableItem;
const lazyListEnvironmentVariables = async () =>
  (await import("../schemas/environment-variables.js")).ListEnvironmentVariablesResponseBody;
const lazyCurrentWorker = async () => (await import("../schemas/worker.js")).CurrentWorkerResponseBody;
const lazyGetEnvironment = async () => (await import("../schemas/environment.js")).GetEnvironmentResponseBody;
const lazyExchangeToken = async () => (await import("../schemas/exchange-token.js")).ExchangeTokenResponseBody;
const lazyListProjectRuntimes = async () => (await import("../schemas/projects.js")).ListProjectRuntimesResponseBody;
const lazyListProjects = async () => (await import("../schemas/projects.js")).ListProjectsResponseBody;
const lazyProjectItem = async () => (await import("../schemas/projects.js")).ProjectItem;

/** One environment of one project; `branch` for a branch of `preview` or `dev`. */
export interface EnvironmentAddress {
  projectRef: string;
  environment: EnvironmentSlug;
  branch?: string;
}

const projectPath = (ref: string) => `/api/v1/projects/${pathSegment(ref)}`;
const branchHeader = ({ branch }: EnvironmentAddress) => ({
  headers: branch === undefined ? {} : { "x-trigger-branch": branch },
});
const variablesPath = (at: EnvironmentAddress, name?: string) =>
  `${projectPath(at.projectRef)}/envvars/${at.environment}${name === undefined ? "" : `/${pathSegment(name)}`}`;

/** Projects, their environments, branches and environment variables. */
export function projectMethods(settings: RequestSettings) {
  return {
    listProjects: () => requestJson(settings, { method: "GET", path: "/api/v1/projects" }, lazyListProjects),

    /** Every project with each of its environments. */
    listProjectRuntimes: () =>
      requestJson(settings, { method: "GET", path: "/api/v1/projects/runtimes" }, lazyListProjectRuntimes),

    createProject: (organizationSlug: string, body: CreateProjectRequestBody) =>
      requestJson(
        settings,
        { method: "POST", path: `/api/v1/orgs/${pathSegment(organizationSlug)}/projects`, body },
        lazyProjectItem,
      ),

    updateProject: (ref: string, body: UpdateProjectRequestBody) =>
      requestJson(settings, { method: "PATCH", path: projectPath(ref), body }, lazyProjectItem),

    /** An environment and its key. */
    getEnvironment: (at: EnvironmentAddress) =>
      requestJson(
        settings,
        { method: "GET", path: `${projectPath(at.projectRef)}/${at.environment}`, ...branchHeader(at) },
        lazyGetEnvironment,
      ),

    /** The newest version of an environment's tasks. */
    getCurrentWorker: (at: EnvironmentAddress) =>
      requestJson(
        settings,
        { method: "GET", path: `${projectPath(at.projectRef)}/${at.environment}/workers/current`, ...branchHeader(at) },
        lazyCurrentWorker,
      ),

    /** Exchanges the token for a JWT of one environment, no wider and no longer-lived than its parent. */
    exchangeToken: (at: EnvironmentAddress, body: ExchangeTokenRequestBody = {}) =>
      requestJson(
        settings,
        { method: "POST", path: `${projectPath(at.projectRef)}/${at.environment}/jwt`, body, ...branchHeader(at) },
        lazyExchangeToken,
      ),

    listBranches: (ref: string) =>
      requestJson(settings, { method: "GET", path: `${projectPath(ref)}/branches` }, lazyListBranches),

    /** Makes a branch, or answers the one there is. */
    createBranch: (ref: string, body: z.input<typeof CreateBranchRequestBody>) =>
      requestJson(settings, { method: "POST", path: `${projectPath(ref)}/branches`, body }, lazyCreateBranch),

    listEnvironmentVariables: (at: EnvironmentAddress) =>
      requestJson(
        settings,
        { method: "GET", path: variablesPath(at), ...branchHeader(at) },
        lazyListEnvironmentVariables,
      ),

    getEnvironmentVariable: (at: EnvironmentAddress, name: string) =>
      requestJson(
        settings,
        { method: "GET", path: variablesPath(at, name), ...branchHeader(at) },
        lazyEnvironmentVariableItem,
      ),

    createEnvironmentVariable: (at: EnvironmentAddress, body: CreateEnvironmentVariableRequestBody) =>
      requestJson(
        settings,
        { method: "POST", path: variablesPath(at), body, ...branchHeader(at) },
        lazyEnvironmentVariableChanged,
      ),

    updateEnvironmentVariable: (at: EnvironmentAddress, name: string, body: UpdateEnvironmentVariableRequestBody) =>
      requestJson(
        settings,
        { method: "PUT", path: variablesPath(at, name), body, ...branchHeader(at) },
        lazyEnvironmentVariableChanged,
      ),

    importEnvironmentVariables: (at: EnvironmentAddress, body: ImportEnvironmentVariablesRequestBody) =>
      requestJson(
        settings,
        { method: "POST", path: variablesPath(at, "import"), body, ...branchHeader(at) },
        lazyEnvironmentVariableChanged,
      ),

    deleteEnvironmentVariable: (at: EnvironmentAddress, name: string) =>
      requestEmpty(settings, { method: "DELETE", path: variablesPath(at, name), ...branchHeader(at) }),
  };
}
