import type { ServerBuild } from "@remix-run/node";
import { describe, expect, it } from "vitest";
import { readRouteTable } from "./route-table.js";

type Route = NonNullable<ServerBuild["routes"][string]>;

const page = (id: string, path: string): Route => ({ id, path, parentId: "root", module: { default: () => null } });

const DECLARED = { default: undefined, declaration: { endpoints: {}, handle: async () => new Response() } };

const api = (id: string, path: string, parentId = "root"): Route => ({ id, path, parentId, module: DECLARED });

const HOME: Route = { id: "home", index: true, parentId: "root", module: { default: () => null } };

function tableOf(...routes: Route[]) {
  const all = Object.fromEntries(routes.map((route) => [route.id, route]));
  return readRouteTable({ routes: all });
}

describe("the table of routes", () => {
  it("tells the API's from pages by what their modules export", () => {
    const table = tableOf(HOME, api("whoami", "api/v2/whoami"), page("all", "*"));
    expect(table.api.map(({ path }) => path)).toEqual(["/api/v2/whoami"]);
    expect(table.pages).toEqual(["/"]);
  });

  it("joins a route's path to its parents'", () => {
    const table = tableOf(
      api("project", "api/v1/projects/:ref"),
      api("env", ":env", "project"),
      api("jwt", "jwt", "env"),
    );
    expect(table.api.map(({ path }) => path)).toContain("/api/v1/projects/:ref/:env/jwt");
  });

  it("tries words before parameters", () => {
    const table = tableOf(
      api("ref", "projects/:ref"),
      api("runtimes", "projects/runtimes"),
      api("env", "projects/:ref/:env"),
      api("branches", "projects/:ref/branches"),
    );
    const order = table.api.map(({ path }) => path);
    expect(order.indexOf("/projects/runtimes")).toBeLessThan(order.indexOf("/projects/:ref"));
    expect(order.indexOf("/projects/:ref/branches")).toBeLessThan(order.indexOf("/projects/:ref/:env"));
  });
});
