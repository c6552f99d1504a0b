import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import type { AppContext } from "./context.js";
import { corsHeaders, preflight } from "./cors.js";
import type { Endpoint, Params } from "./endpoint.js";
import { errorResponse, thrownResponse } from "./error-response.js";
import { AppError } from "./errors.js";
import { runEndpoint } from "./run-endpoint.js";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One URL of the API: its endpoints by method, and the function that answers any request to it. */
export interface RouteDeclaration {
  endpoints: Partial<Record<Method, Endpoint>>;
  handle(input: { request: Request; params: Params; context: AppContext }): Promise<Response>;
}

const isMethod = (text: string): text is Method => ["GET", "POST", "PUT", "PATCH", "DELETE"].includes(text);

function allowed(endpoints: RouteDeclaration["endpoints"]): string {
  const methods = Object.keys(endpoints);
  return (methods.includes("GET") ? [...methods, "HEAD"] : methods).join(", ");
}

/**
 * Declares a URL of the API. A route module exports all three results; the server's front dispatches to
 * `declaration` (docs/decisions), and `loader`/`action` are the same thing for Remix.
 */
export function apiRoute(endpoints: Partial<Record<Method, Endpoint>>) {
  const declaration: RouteDeclaration = {
    endpoints,
    async handle({ request, params, context }) {
      const method = request.method === "HEAD" ? "GET" : request.method;
      const endpoint = isMethod(method) ? endpoints[method] : undefined;
      if (request.method === "OPTIONS") return preflight(endpoints, allowed(endpoints), context.requestId);
      try {
        if (endpoint === undefined) {
          throw new AppError("method_not_allowed", `${request.method} is not a method of this URL.`, {
            headers: { allow: allowed(endpoints) },
          });
        }
        const response = await runEndpoint(endpoint, { request, params, context });
        return endpoint.cors ? corsHeaders(response) : response;
      } catch (thrown) {
        const response = thrown instanceof AppError ? errorResponse(thrown, context.requestId) : thrownResponse(thrown, context);
        return endpoint?.cors ? corsHeaders(response) : response;
      }
    },
  };
  const handler = ({ request, params, context }: LoaderFunctionArgs | ActionFunctionArgs) =>
    declaration.handle({ request, params: definedParams(params), context });
  return { declaration, loader: handler, action: handler };
}

const definedParams = (params: Record<string, string | undefined>): Params =>
  Object.fromEntries(Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== undefined));
