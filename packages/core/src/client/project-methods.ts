import type * as z from "zod";
import {
  type CreateBranchRequestBody,
  CreateBranchResponseBody,
  ListBranchesResponseBody,
} from "../schemas/branches.js";
import {
  type CreateEnvironmentVariableRequestBody,
  EnvironmentVariableChangedResponseBody,
  EnvironmentVariableItem,
  type ImportEnvironmentVariablesRequestBody,
  ListEnvironmentVariablesResponseBody,
  type UpdateEnvironmentVariableRequestBody,
} from "../schemas/environment-variables.js";
import { GetEnvironmentResponseBody } from "../schemas/environment.js";
import { type ExchangeTokenRequestBody, ExchangeTokenResponseBody } from "../schemas/exchange-token.js";
import {
  type CreateProjectRequestBody,
  ListProjectRuntimesResponseBody,
  ListProjectsResponseBody,
  ProjectItem,
  type UpdateProjectRequestBody,
} from "../schemas/projects.js";
import type { EnvironmentSlug } from "../schemas/text.js";
import { pathSegment } from "./path-segment.js";
import { requestEmpty, requestJson, type RequestSettings } from "./request.js";

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
    listProjects: () => requestJson(settings, { method: "GET", path: "/api/v1/projects" }, ListProjectsResponseBody),

    /** Every project with each of its environments. */
    listProjectRuntimes: () =>
      requestJson(settings, { method: "GET", path: "/api/v1/projects/runtimes" }, ListProjectRuntimesResponseBody),

    createProject: (organizationSlug: string, body: CreateProjectRequestBody) =>
      requestJson(
        settings,
        { method: "POST", path: `/api/v1/orgs/${pathSegment(organizationSlug)}/projects`, body },
        ProjectItem,
      ),

    updateProject: (ref: string, body: UpdateProjectRequestBody) =>
      requestJson(settings, { method: "PATCH", path: projectPath(ref), body }, ProjectItem),

    /** An environment and its key. */
    getEnvironment: (at: EnvironmentAddress) =>
      requestJson(
        settings,
        { method: "GET", path: `${projectPath(at.projectRef)}/${at.environment}`, ...branchHeader(at) },
        GetEnvironmentResponseBody,
      ),

    /** Exchanges the token for a JWT of one environment, no wider and no longer-lived than its parent. */
    exchangeToken: (at: EnvironmentAddress, body: ExchangeTokenRequestBody = {}) =>
      requestJson(
        settings,
        { method: "POST", path: `${projectPath(at.projectRef)}/${at.environment}/jwt`, body, ...branchHeader(at) },
        ExchangeTokenResponseBody,
      ),

    listBranches: (ref: string) =>
      requestJson(settings, { method: "GET", path: `${projectPath(ref)}/branches` }, ListBranchesResponseBody),

    /** Makes a branch, or answers the one there is. */
    createBranch: (ref: string, body: z.input<typeof CreateBranchRequestBody>) =>
      requestJson(settings, { method: "POST", path: `${projectPath(ref)}/branches`, body }, CreateBranchResponseBody),

    listEnvironmentVariables: (at: EnvironmentAddress) =>
      requestJson(
        settings,
        { method: "GET", path: variablesPath(at), ...branchHeader(at) },
        ListEnvironmentVariablesResponseBody,
      ),

    getEnvironmentVariable: (at: EnvironmentAddress, name: string) =>
      requestJson(
        settings,
        { method: "GET", path: variablesPath(at, name), ...branchHeader(at) },
        EnvironmentVariableItem,
      ),

    createEnvironmentVariable: (at: EnvironmentAddress, body: CreateEnvironmentVariableRequestBody) =>
      requestJson(
        settings,
        { method: "POST", path: variablesPath(at), body, ...branchHeader(at) },
        EnvironmentVariableChangedResponseBody,
      ),

    updateEnvironmentVariable: (at: EnvironmentAddress, name: string, body: UpdateEnvironmentVariableRequestBody) =>
      requestJson(
        settings,
        { method: "PUT", path: variablesPath(at, name), body, ...branchHeader(at) },
        EnvironmentVariableChangedResponseBody,
      ),

    importEnvironmentVariables: (at: EnvironmentAddress, body: ImportEnvironmentVariablesRequestBody) =>
      requestJson(
        settings,
        { method: "POST", path: variablesPath(at, "import"), body, ...branchHeader(at) },
        EnvironmentVariableChangedResponseBody,
      ),

    deleteEnvironmentVariable: (at: EnvironmentAddress, name: string) =>
      requestEmpty(settings, { method: "DELETE", path: variablesPath(at, name), ...branchHeader(at) }),
  };
}
