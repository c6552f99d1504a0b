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
}

/** What a URL turned out to be. */
interface Place {
  /** The pattern of its route; `*` for what is in no table. */
  route: string;
  kind: ResponseKind;
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
  const logAccess = createAccessLog(config.logLevel);
  const clientAddress = createClientAddress(config.trustedProxies);
  const secure = config.appOrigin.startsWith("https:");
  const assetFor = createStaticAssets(assetsFolder);
  const renderPage = createRequestHandler(build, "production");
  // V8 copies a whole object and sets what differs in a hundredth of the time that it takes to join two.
  const template: AppContext = { ...services, ...NO_FACTS };
  const app = new Hono<FrontEnv>({ router: new TableRouter() });

  /** One handler to a URL, and no middleware: Hono then calls it as it is. */
  const answer = async (
    c: Context<FrontEnv>,
    { route, kind }: Place,
    respond: (context: AppContext) => Response | Promise<Response>,
  ): Promise<Response> => {
    const startedAt = performance.now();
    const facts = readRequestFacts(c.env.incoming, clientAddress);
    const context = Object.assign({ ...template }, facts);
    let response: Response;
    try {
      response = await respond(context);
      if (kind !== "api") {
        setSecurityHeaders(response.headers, { route, kind, secure });
        response.headers.set("x-request-id", facts.requestId);
      }
    } catch (error) {
      response = thrownResponse(error, context);
    }
    const { requestId } = facts;
    logAccess({ method: c.req.method, route, status: response.status, ms: performance.now() - startedAt, requestId });
    return response;
  };

  const page = (c: Context<FrontEnv>, context: AppContext) => {
    const request = c.req.raw;
    if (request.method === "GET" || request.method === "HEAD") return renderPage(request, { ...context });
    const headers = new Headers(request.headers);
    if (!isSameOrigin(headers, config.appOrigin)) return c.text(FOREIGN_FORM, 403);
    // Remix would compare them itself: by Host alone, which proxies rewrite, and with a 500.
    headers.delete("origin");
    headers.delete("x-forwarded-host");
    return renderPage(new Request(request, { headers }), { ...context });
  };

  for (const { path: route, declaration } of routes.api) {
    app.all(route, (c) =>
      answer(c, { route, kind: "api" }, (context) =>
        declaration.handle({ request: c.req.raw, params: c.req.param(), context, route }),
      ),
    );
  }

  for (const route of routes.pages) {
    app.all(route, (c) => answer(c, { route, kind: "page" }, (context) => page(c, context)));
  }

  app.all("*", (c) => {
    const { path } = c.req;
    const asset = assetFor(c.req.raw, path);
    if (asset) return answer(c, { route: "*", kind: "asset" }, () => asset);
    const kind = API_PREFIX.test(path) ? "api" : "page";
    return answer(c, { route: "*", kind }, (context) => {
      if (kind === "api") return thrownResponse(unknownRoute(path), context);
      // Remix would warn about such a path on every request.
      if (!isDecodable(new URL(c.req.url).pathname)) return c.text("Not found", 404);
      return page(c, context);
    });
  });

  return app;
}
