import type { ServerBuild } from "@remix-run/node";
import type { AppContext } from "../../app/api/context.js";

type RouteParams = Record<string, string>;

/** What `apiRoute()` makes: it answers every method itself. */
export interface ApiDeclaration {
  handle(call: { request: Request; params: RouteParams; context: AppContext }): Promise<Response>;
}

export interface RouteEntry {
  /** Hono's pattern, such as `/api/v1/projects/:ref/:env`. */
  pattern: string;
  /** Null for a page. */
  declaration: ApiDeclaration | null;
}

const isDeclaration = (value: unknown): value is ApiDeclaration =>
  typeof value === "object" && value !== null && "handle" in value && typeof value.handle === "function";

function fullPath(routes: ServerBuild["routes"], id: string): string {
  const segments: string[] = [];
  for (let route = routes[id]; route; route = route.parentId === undefined ? undefined : routes[route.parentId]) {
    if (route.path) segments.unshift(route.path);
  }
  return `/${segments.join("/")}`;
}

/** A static segment goes before a parameter at the same place, and a longer path before what it continues. */
const rank = (pattern: string): string =>
  pattern
    .split("/")
    .map((segment) => (segment.startsWith(":") ? "~" : segment === "*" ? "~~" : `!${segment}`))
    .join("/");

const compare = (left: string, right: string): number => (left < right ? -1 : Number(left > right));

/**
 * Reads the routes from Remix's own build, in the order in which they are to be tried. It is the one list of routes:
 * a module that exports a `declaration` is an API route, any other with a path is a page.
 */
export function readRouteTable(build: ServerBuild): RouteEntry[] {
  return Object.values(build.routes)
    .filter((route) => route !== undefined)
    .filter((route) => route.path !== undefined || route.index === true)
    .map((route) => {
      const declaration: unknown = Reflect.get(route.module, "declaration");
      return { pattern: fullPath(build.routes, route.id), declaration: isDeclaration(declaration) ? declaration : null };
    })
    .filter((entry) => entry.pattern !== "/*")
    .sort((left, right) => compare(rank(left.pattern), rank(right.pattern)));
}
