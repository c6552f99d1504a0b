import type { ServerBuild } from "@remix-run/node";
import type { RouteEntry } from "../../app/api/route-entry.js";

/** Every URL of the build in Hono's spelling, sorted into the two kinds. */
export interface RouteTable {
  api: RouteEntry[];
  pages: string[];
}

const isDeclaration = (value: unknown): value is RouteEntry["declaration"] =>
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
 * a module that exports a `declaration` is a URL of the API, any other with a path is a page.
 */
export function readRouteTable(build: Pick<ServerBuild, "routes">): RouteTable {
  const table: RouteTable = { api: [], pages: [] };
  for (const route of Object.values(build.routes)) {
    if (route === undefined || (route.path === undefined && route.index !== true)) continue;
    const path = fullPath(build.routes, route.id);
    const declaration: unknown = Reflect.get(route.module, "declaration");
    if (isDeclaration(declaration)) table.api.push({ path, declaration });
    // The catch-all page is what the front ends with.
    else if (path !== "/*") table.pages.push(path);
  }
  table.api.sort((left, right) => compare(rank(left.path), rank(right.path)));
  table.pages.sort((left, right) => compare(rank(left), rank(right)));
  return table;
}
