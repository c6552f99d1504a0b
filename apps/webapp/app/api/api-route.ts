import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import type { AppContext } from "./context.js";
import { CORS_HEADERS, preflight } from "./cors.js";
import type { Endpoint, Params } from "./endpoint.js";
import { errorResponse, thrownResponse } from "./error-response.js";
import { AppError, notFound } from "./errors.js";
import { jsonResponse } from "./json-response.js";
import { type Admission, recordRefusal } from "./record-refusal.js";
import { runEndpoint } from "./run-endpoint.js";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One URL of the API: its endpoints by method, and the function that answers any request to it. */
export interface RouteDeclaration {
  endpoints: Partial<Record<Method, Endpoint>>;
  handle(input: { request: Request; params: Params; context: AppContext; route: string }): Promise<Response>;
}

const isMethod = (text: string): text is Method => ["GET", "POST", "PUT", "PATCH", "DELETE"].includes(text);

function allowed(endpoints: RouteDeclaration["endpoints"]): string {
  const methods = Object.keys(endpoints);
  return (methods.includes("GET") ? [...methods, "HEAD"] : methods).join(", ");
}

const methodNotAllowed = (method: string, allow: string) =>
  new AppError("method_not_allowed", `${method} is not a method of this URL.`, { headers: { allow } });

/**
 * Declares a URL of the API. A route module exports all three results: the server's front dispatches to
 * `declaration` (docs/decisions), and `loader`/`action` are what Remix wants of a route, which answer 404.
 */
export function apiRoute(endpoints: Partial<Record<Method, Endpoint>>) {
  const declaration: RouteDeclaration = {
    endpoints,
    async handle({ request, params, context, route }) {
      const method = request.method === "HEAD" ? "GET" : request.method;
      const endpoint = isMethod(method) ? endpoints[method] : undefined;
      if (request.method === "OPTIONS") return preflight(endpoints, allowed(endpoints), context);
      const cors = endpoint?.cors ? CORS_HEADERS : {};
      if (endpoint === undefined) {
        return thrownResponse(methodNotAllowed(request.method, allowed(endpoints)), context, cors);
      }
      const admission: Admission = { caller: null };
      try {
        return jsonResponse(context, await runEndpoint(endpoint, { request, params, context, admission }), cors);
      } catch (thrown) {
        recordRefusal(context, { endpoint, route, method }, { ...admission, thrown });
        return thrownResponse(thrown, context, cors);
      }
    },
  };
  // Remix gets here by spellings alone that the front does not know (`/API/…`, `/%61pi/…`, `….data`): no URLs of ours.
  const handler = ({ context }: LoaderFunctionArgs | ActionFunctionArgs) => errorResponse(notFound("Route"), context);
  return { declaration, loader: handler, action: handler };
}
