import type { HttpBindings } from "@hono/node-server";
import { createRequestHandler, type ServerBuild } from "@remix-run/node";
import { type Context, Hono } from "hono";
import type { AppContext, AppServices, RequestFacts } from "../../app/api/context.js";
import { thrownResponse } from "../../app/api/error-response.js";
import { unknownRoute } from "../../app/api/unserved.js";
import { createAccessLog } from "../log.js";
import { createClientAddress } from "./client-address.js";
import { readRequestFacts } from "./request-facts.js";
import { isSameOrigin } from "./same-origin.js";
import type { RouteTable } from "./route-table.js";
import { setSecurityHeaders, type ResponseKind } from "./security-headers.js";
import { createStaticAssets } from "./static-assets.js";
import { TableRouter } from "./table-router.js";

interface FrontEnv {
  Bindings: HttpBindings;
  Variables: { facts: RequestFacts; route: string; kind: ResponseKind };
}

/** Prefixes under which only clients ask, so that what is not there is told in JSON. */
const API_PREFIX = /^\/(?:api|engine|otel|realtime)(?:\/|$)/;

const NO_FACTS: RequestFacts = {
  requestId: "",
  clientAddress: "",
  duplicateAuthorization: false,
  hasArrived: () => false,
};

const FOREIGN_FORM =
  "This form was not sent from a page of this site. Behind a proxy, APP_ORIGIN must be the address that people use.";

const isDecodable = (path: string): boolean => {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
};

export interface FrontOptions {
  services: AppServices;
  build: ServerBuild;
  routes: RouteTable;
  /** The folder with the browser's files. */
  assetsFolder: string;
}

/** The HTTP front: API routes by their table, then files, then Remix's pages. */
export function createFront({ services, build, routes, assetsFolder }: FrontOptions): Hono<FrontEnv> {
  const { config } = services;
  const accessLog = createAccessLog(config.logLevel);
  const clientAddress = createClientAddress(config.trustedProxies);
  const secure = config.appOrigin.startsWith("https:");
  const assetFor = createStaticAssets(assetsFolder);
  const renderPage = createRequestHandler(build, "production");
  // V8 copies a whole object and sets what differs in a hundredth of the time that it takes to join two.
  const template: AppContext = { ...services, ...NO_FACTS };
  const contextOf = (c: Context<FrontEnv>): AppContext => Object.assign({ ...template }, c.get("facts"));
  const app = new Hono<FrontEnv>({ router: new TableRouter() });

  app.use(async (c, next) => {
    const startedAt = performance.now();
    const facts = readRequestFacts(c.env.incoming, clientAddress);
    c.set("facts", facts);
    c.set("route", "*");
    c.set("kind", API_PREFIX.test(c.req.path) ? "api" : "page");
    await next();
    const { status } = c.res;
    const route = c.get("route");
    const kind = c.get("kind");
    if (kind !== "api") {
      setSecurityHeaders(c.res.headers, { route, kind, secure });
      c.res.headers.set("x-request-id", facts.requestId);
    }
    accessLog.info(
      {
        method: c.req.method,
        route,
        status,
        ms: Math.round(performance.now() - startedAt),
        requestId: facts.requestId,
      },
      "request",
    );
  });

  const page = (c: Context<FrontEnv>) => {
    const request = c.req.raw;
    if (request.method === "GET" || request.method === "HEAD") return renderPage(request, { ...contextOf(c) });
    const headers = new Headers(request.headers);
    if (!isSameOrigin(headers, config.appOrigin)) return c.text(FOREIGN_FORM, 403);
    // Remix would compare them itself: by Host alone, which proxies rewrite, and with a 500.
    headers.delete("origin");
    headers.delete("x-forwarded-host");
    return renderPage(new Request(request, { headers }), { ...contextOf(c) });
  };

  for (const { path, declaration } of routes.api) {
    app.all(path, (c) => {
      c.set("route", path);
      c.set("kind", "api");
      return declaration.handle({ request: c.req.raw, params: c.req.param(), context: contextOf(c), route: path });
    });
  }

  for (const path of routes.pages) {
    app.all(path, (c) => {
      c.set("route", path);
      return page(c);
    });
  }

  app.all("*", (c) => {
    const context = contextOf(c);
    const asset = assetFor(c.req.raw, c.req.path);
    if (asset) {
      c.set("kind", "asset");
      return asset;
    }
    if (c.get("kind") === "api") return thrownResponse(unknownRoute(c.req.path), context);
    // Remix would warn about such a path on every request.
    if (!isDecodable(new URL(c.req.url).pathname)) return c.text("Not found", 404);
    return page(c);
  });

  app.onError((error, c) => {
    c.set("kind", "api");
    return thrownResponse(error, contextOf(c));
  });

  return app;
}
