import type { ZodError, ZodType } from "zod";
import { authenticate, type Caller } from "./authenticate.js";
import { refuseSecondAuthorization } from "./bearer-credential.js";
import type { AppContext } from "./context.js";
import type { Endpoint, Params } from "./endpoint.js";
import { rolesNotImplemented, type Issue } from "./errors.js";
import { invalidRequest } from "./invalid-request.js";
import { issueMessage } from "./issue-message.js";
import { Reply } from "./json-response.js";
import { namePolicy, requireLetIn } from "./organization-policy.js";
import type { Admission } from "./record-refusal.js";
import { readJsonBody, readTextBody } from "./read-body.js";
import { BadScope } from "./scope-list.js";
import { spendingOneTimeToken } from "../services/one-time-token.server.js";
import { requireScope, requireScopeIn, requireSome } from "./require-scope.js";
import { lookupFor, placeFor, requestedPlace } from "./target.js";
import { refuseUnknownTransferCoding } from "./transfer-coding.js";

interface Incoming {
  request: Request;
  params: Params;
  context: AppContext;
  /** Told who asks as soon as that is known, also when the request is refused after it. */
  admission: Admission;
}

/** A body that takes longer than this is answered for by a credential that is still live when it is all there. */
const BODY_MAY_TAKE_MS = 1000;

/**
 * Who, where, may they, what: authenticates, finds the place, authorizes, validates, calls the handler.
 * @throws AppError for every refusal
 */
export async function runEndpoint(endpoint: Endpoint, incoming: Incoming): Promise<Reply> {
  const { request, params, context } = incoming;
  refuseUnknownTransferCoding(request.headers);
  refuseSecondAuthorization(context);
  let admitted = await admit(endpoint, incoming);
  const admittedAt = performance.now();
  const { query, body } = await readInput(endpoint, request, context.hasArrived);
  // Else a request that is begun in time and sent in slowly would outlive a revocation by minutes.
  if (performance.now() - admittedAt > BODY_MAY_TAKE_MS) admitted = await admit(endpoint, incoming);
  const { caller } = admitted;
  const recheck = async () => void (await admit(endpoint, incoming));
  const invoke = () => endpoint.invoke({ request, context, params, query, body, recheck, ...admitted });
  try {
    const result = await (caller === null ? invoke() : spending(endpoint, { request, caller, context }, invoke));
    return result instanceof Reply ? result : new Reply(result);
  } catch (thrown) {
    throw caller ? namePolicy(thrown, caller) : thrown;
  }
}

/** Any change is what a one-time token is spent on, unless the handler sees to that itself. */
function spending(
  { oneTimeTokens }: Endpoint,
  { request, caller, context }: Pick<Incoming, "request" | "context"> & { caller: Caller },
  invoke: () => Promise<unknown>,
): Promise<unknown> {
  const changes = request.method !== "GET" && request.method !== "HEAD";
  if (oneTimeTokens !== undefined || !changes || caller.credential.kind !== "environmentJwt") return invoke();
  const id = context.requestId;
  const work = async () => ({ id, result: await invoke() });
  return spendingOneTimeToken(context, { request, caller, usedFor: id }, work).then(({ result }) => result);
}

async function admit(endpoint: Endpoint, { request, params, context, admission }: Incoming) {
  if (endpoint.credentials.length === 0) return { caller: null, place: null };
  const requested = requestedPlace(endpoint, request, params);
  const caller = await authenticate(request, context, endpoint.credentials, (kind) => lookupFor(kind, requested));
  admission.caller = caller;
  const place = placeFor(endpoint, caller, requested);
  requireLetIn(caller);
  try {
    requirePermission(endpoint, caller, params);
  } catch (thrown) {
    throw namePolicy(thrown, caller);
  }
  if (endpoint.requireRoles && !context.rbac.roles) throw rolesNotImplemented();
  return { caller, place };
}

function requirePermission({ permission, within }: Endpoint, caller: Caller, params: Params): void {
  if (permission.kind === "scopes" && within) requireScopeIn(caller, within, permission.anyOf(params));
  else if (permission.kind === "scopes") requireScope(caller, permission.anyOf(params));
  if (permission.kind === "checked" && permission.someOf.length > 0) requireSome(caller, permission.someOf);
}

/** Query and body together, so that one answer lists every problem. */
async function readInput(endpoint: Endpoint, request: Request, hasArrived: () => boolean) {
  const issues: Issue[] = [];
  const parse = (schema: ZodType, where: string, value: unknown): unknown => {
    const parsed = schema.safeParse(value, { error: issueMessage });
    if (parsed.success) return parsed.data;
    issues.push(...issuesOf(where, parsed.error));
    return undefined;
  };
  const query = endpoint.query && parse(endpoint.query, "query", queryRecord(request.url));
  const { bodyLimit: limit, plainText, text } = endpoint;
  const read = endpoint.readBody ?? (text ? readTextBody : readJsonBody);
  const body = endpoint.body && parse(endpoint.body, "body", await read(request, { limit, plainText, hasArrived }));
  const [first, ...others] = issues;
  if (first !== undefined) throw invalidRequest(first, ...others);
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
  error.issues.map(({ path, message, ...issue }) => ({
    path: pathOf(where, path),
    message,
    ...(issue.code === "custom" ? BadScope.safeParse(issue.params).data : {}),
  }));
