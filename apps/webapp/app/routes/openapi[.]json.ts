import { apiRoute } from "../api/api-route.js";
import { endpoint, open } from "../api/endpoint.js";
import { openApiDocument } from "../api/openapi.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "The OpenAPI document",
    tag: "Server",
    credentials: [],
    target: "none",
    permission: open("it describes the API and holds no data"),
    cors: true,
    answers: { 200: { description: "OpenAPI 3.1, made from the routes' own declarations" } },
    handler: async ({ context }) => openApiDocument(context.routes, context.config.appOrigin),
  }),
});
