import {
  OpenApiGeneratorV31,
  OpenAPIRegistry,
  extendZodWithOpenApi,
  type RouteConfig,
} from "@asteasolutions/zod-to-openapi";
import { ErrorBody } from "@trigger.dev/core/v3";
import { z, ZodObject, type ZodType } from "zod";
import type { CredentialKind } from "./bearer-credential.js";
import type { Endpoint, Permission } from "./endpoint.js";
import type { RouteEntry } from "./route-entry.js";

extendZodWithOpenApi(z);

const SCHEMES: Record<CredentialKind, { name: string; description: string }> = {
  pat: { name: "personalAccessToken", description: "`tr_pat_…`: a person." },
  uat: { name: "userActorToken", description: "`tr_uat_…`: a person, narrowed by a cap." },
  environmentKey: {
    name: "environmentKey",
    description: "`tr_dev_…`, `tr_stg_…`, `tr_prod_…`, `tr_preview_…`: an environment.",
  },
  environmentJwt: { name: "environmentJwt", description: "A JWT: scopes in one environment, and whom it acts for." },
};

/** What a permission asks for, in words. */
export const permissionText = (permission: Permission): string =>
  permission.kind === "open" ? `none: ${permission.because}` : permission.documented;

const json = (schema: ZodType) => ({ content: { "application/json": { schema } } });

const REFUSALS: Record<number, string> = {
  400: "The request is not well formed; `issues` lists every problem",
  401: "The credential is missing, malformed, expired or revoked",
  403: "The credential may not do this; `scopes` names what would do",
  404: "Not there, or not for this caller",
  413: "The body is too large",
  415: "The body is not JSON",
  429: "Too many requests; see `Retry-After`",
};

function refusalsOf({ credentials, target, permission, body }: Endpoint): number[] {
  return [
    400,
    ...(credentials.length > 0 ? [401] : []),
    ...(permission.kind === "open" ? [] : [403]),
    ...(target === "none" ? [] : [404]),
    ...(body ? [413, 415] : []),
    429,
  ];
}

const pathParameters = (path: string) => [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);

function operationOf(path: string, method: string, endpoint: Endpoint): RouteConfig {
  const names = pathParameters(path);
  const takesBranch = endpoint.target === "environment" || endpoint.target === "credential";
  const answers = Object.entries(endpoint.answers).map(([status, { description, schema }]) => [
    status,
    { description, ...(schema ? json(schema) : {}) },
  ]);
  const refusals = refusalsOf(endpoint).map((status) => [
    status,
    { description: REFUSALS[status] ?? "", ...json(ErrorBody) },
  ]);
  return {
    method: lowerMethod(method),
    path: path.replaceAll(/:(\w+)/g, "{$1}"),
    operationId: `${method.toLowerCase()}${path.replaceAll(/[^A-Za-z0-9]+(\w)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? "")}`,
    summary: endpoint.summary,
    description: [endpoint.description, `Needs: ${permissionText(endpoint.permission)}.`].filter(Boolean).join("\n\n"),
    tags: [endpoint.tag],
    security: endpoint.credentials.map((kind) => ({ [SCHEMES[kind].name]: [] })),
    request: {
      ...(names.length > 0 ? { params: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) } : {}),
      ...(endpoint.query instanceof ZodObject ? { query: endpoint.query } : {}),
      ...(takesBranch ? { headers: z.object({ "x-trigger-branch": z.string().optional() }) } : {}),
      ...(endpoint.body ? { body: { ...json(endpoint.body), required: false } } : {}),
    },
    responses: Object.fromEntries([...answers, ...refusals]),
  };
}

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

function lowerMethod(method: string): (typeof METHODS)[number] {
  const found = METHODS.find((one) => one === method.toLowerCase());
  if (found === undefined) throw new Error(`no such method: ${method}`);
  return found;
}

/** The OpenAPI 3.1 document of every URL that the build declares. */
export function openApiDocument(routes: readonly RouteEntry[], origin: string) {
  const registry = new OpenAPIRegistry();
  for (const { name, description } of Object.values(SCHEMES)) {
    registry.registerComponent("securitySchemes", name, { type: "http", scheme: "bearer", description });
  }
  for (const { path, declaration } of routes) {
    for (const [method, endpoint] of Object.entries(declaration.endpoints)) {
      registry.registerPath(operationOf(path, method, endpoint));
    }
  }
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: "3.1.0",
    info: {
      title: "Control plane",
      version: "1",
      description: "Delegated access, runs and errors, over Trigger.dev's API.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: origin }],
  });
}
