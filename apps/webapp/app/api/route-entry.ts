import type { RouteDeclaration } from "./api-route.js";

/** One URL of the API in the build: its path in Hono's spelling (`/api/v1/projects/:ref`), and what it declares. */
export interface RouteEntry {
  path: string;
  declaration: RouteDeclaration;
}
