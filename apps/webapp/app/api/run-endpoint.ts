import type { ZodError, ZodType } from "zod";
import { authenticate, type Caller } from "./authenticate.js";
import type { AppContext } from "./context.js";
import type { Endpoint, Params } from "./endpoint.js";
import { AppError, type Issue } from "./errors.js";
import { readJsonBody } from "./read-body.js";
import { requireScope } from "./require-scope.js";
import { lookupFor, placeFor, requestedPlace } from "./target.js";

interface Incoming {
  request: Request;
  params: Params;
  context: AppContext;
}

/**
 * Who, where, may they, what: authenticates, finds the place, authorizes, validates, calls the handler, responds.
 * @throws AppError for every refusal
 */
export async function runEndpoint(endpoint: Endpoint, { request, params, context }: Incoming): Promise<Response> {
  const requested = requestedPlace(endpoint, request, params);
  const isPublic = endpoint.credentials.length === 0;
  const caller = isPublic
    ? null
    : await authenticate(request, context, endpoint.credentials, (kind) => lookupFor(kind, requested));
  const place = caller === null ? null : placeFor(endpoint, caller, requested);
  if (caller !== null) authorize(endpoint, caller, params);
  const { query, body } = await readInput(endpoint, request);
  const result = await endpoint.invoke({ request, context, params, query, body, caller, place });
  return respond(result, context.requestId);
}

function authorize(endpoint: Endpoint, caller: Caller, params: Params) {
  if (endpoint.permission.kind === "scopes") requireScope(caller, endpoint.permission.anyOf(params));
}

/** Query and body together, so that one answer lists every problem. */
async function readInput(endpoint: Endpoint, request: Request) {
  const issues: Issue[] = [];
  const parse = (schema: ZodType, where: string, value: unknown): unknown => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    issues.push(...issuesOf(where, parsed.error));
    return undefined;
  };
  const query = endpoint.query && parse(endpoint.query, "query", queryRecord(request.url));
  const { bodyLimit: limit, plainText } = endpoint;
  const body = endpoint.body && parse(endpoint.body, "body", await readJsonBody(request, { limit, plainText }));
  const [first] = issues;
  if (first !== undefined) {
    throw new AppError(
      "invalid_request",
      `Invalid request: ${issues.map((i) => `${i.path} ${i.message}`).join("; ")}`,
      {
        issues,
        param: first.path,
      },
    );
  }
  return { query, body };
}

/** A repeated key is one comma list. No prototype, so that no key is special. */
function queryRecord(url: string): Record<string, string> {
  const record: Record<string, string> = Object.create(null);
  const start = url.indexOf("?");
  if (start !== -1)
    for (const [key, value] of new URLSearchParams(url.slice(start)))
      record[key] = key in record ? `${record[key]},${value}` : value;
  return record;
}

const pathOf = (where: string, path: readonly PropertyKey[]) =>
  path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : `${text}.${String(part)}`),
    where,
  );

const issuesOf = (where: string, error: ZodError): Issue[] =>
  error.issues.map(({ path, message }) => ({ path: pathOf(where, path), message }));

function respond(result: unknown, requestId: string): Response {
  if (result instanceof Response) {
    result.headers.set("x-request-id", requestId);
    if (!result.headers.has("cache-control")) result.headers.set("cache-control", "no-store");
    return result;
  }
  return new Response(JSON.stringify(result), {
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-request-id": requestId,
    },
  });
}
