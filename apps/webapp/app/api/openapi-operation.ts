import type { RouteConfig } from "@asteasolutions/zod-to-openapi";
import { z, ZodObject, type ZodType } from "zod";
import type { Endpoint, Permission } from "./endpoint.js";
import { BRANCH_HEADER, PATH_PARAMETERS, REFUSALS, SCHEMES } from "./openapi-words.js";

/** What a permission asks for, in words. */
const permissionText = (permission: Permission): string =>
  permission.kind === "open" ? `no scope: ${permission.because}` : permission.documented;

const json = (schema: ZodType, example?: unknown) => ({
  content: { "application/json": { schema, ...(example === undefined ? {} : { example }) } },
});

function refusalsOf({ credentials, target, permission, body, requireRoles }: Endpoint): (keyof typeof REFUSALS)[] {
  return [
    400,
    ...(credentials.length > 0 ? ([401] as const) : []),
    ...(permission.kind === "open" ? [] : ([403] as const)),
    ...(target === "none" ? [] : ([404] as const)),
    ...(body ? ([413, 415] as const) : []),
    429,
    ...(requireRoles ? ([501] as const) : []),
  ];
}

function pathParameters(path: string) {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
  if (names.length === 0) return {};
  const described = names.map((name) => [name, z.string().meta({ ...PATH_PARAMETERS[name] })]);
  return { params: z.object(Object.fromEntries(described)) };
}

function requestOf(path: string, { target, query, body, text, example }: Endpoint) {
  const takesBranch = target === "environment" || target === "credential";
  return {
    ...pathParameters(path),
    ...(query instanceof ZodObject ? { query } : {}),
    ...(takesBranch ? { headers: z.object({ "x-trigger-branch": z.string().optional().meta(BRANCH_HEADER) }) } : {}),
    ...(body && !text ? { body: { ...json(body, example), required: !body.safeParse({}).success } } : {}),
  };
}

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

function lowerMethod(method: string): (typeof METHODS)[number] {
  const found = METHODS.find((one) => one === method.toLowerCase());
  if (found === undefined) throw new Error(`no such method: ${method}`);
  return found;
}

const operationId = (method: string, path: string): string =>
  method.toLowerCase() +
  path.replaceAll(/[^A-Za-z0-9]+(\w)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? "");

/** One method of one URL. `x-credentials` and `x-needs` say what a route's declaration says of them. */
export function operationOf(path: string, method: string, endpoint: Endpoint): RouteConfig {
  const needs = permissionText(endpoint.permission);
  const answers = Object.entries(endpoint.answers).map(([status, { description, schema }]) => [
    status,
    { description, ...(schema ? json(schema) : {}) },
  ]);
  const refusals = refusalsOf(endpoint).map((status) => [
    status,
    { $ref: `#/components/responses/${REFUSALS[status].name}` },
  ]);
  return {
    method: lowerMethod(method),
    path: path.replaceAll(/:(\w+)/g, "{$1}"),
    operationId: operationId(method, path),
    summary: endpoint.summary,
    description: [endpoint.description, `Needs ${needs}.`].filter(Boolean).join("\n\n"),
    tags: [endpoint.tag],
    security: endpoint.credentials.map((kind) => ({ [SCHEMES[kind].name]: [] })),
    "x-credentials": [...endpoint.credentials],
    "x-needs": needs,
    request: requestOf(path, endpoint),
    responses: Object.fromEntries([...answers, ...refusals]),
  };
}
