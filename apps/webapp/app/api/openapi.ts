import { OpenApiGeneratorV31, OpenAPIRegistry } from "@asteasolutions/zod-to-openapi";
import { ErrorBody } from "@trigger.dev/core/v3";
import { operationOf } from "./openapi-operation.js";
import { REFUSALS, SCHEMES, TAGS } from "./openapi-words.js";
import type { RouteEntry } from "./route-entry.js";

const ERROR = ErrorBody.meta({ id: "Error" });
const RETRY_AFTER = { "Retry-After": { description: "Seconds.", schema: { type: "integer" as const } } };

function registerShared(registry: OpenAPIRegistry) {
  for (const { name, description } of Object.values(SCHEMES)) {
    registry.registerComponent("securitySchemes", name, { type: "http", scheme: "bearer", description });
  }
  const content = { "application/json": { schema: { $ref: "#/components/schemas/Error" } } };
  for (const [status, { name, description }] of Object.entries(REFUSALS)) {
    const headers = status === "429" ? { headers: RETRY_AFTER } : {};
    registry.registerComponent("responses", name, { description, content, ...headers });
  }
}

/** The OpenAPI 3.1 document of every URL that the build declares. */
export function openApiDocument(routes: readonly RouteEntry[], origin: string) {
  const registry = new OpenAPIRegistry();
  registerShared(registry);
  for (const { path, declaration } of routes) {
    for (const [method, endpoint] of Object.entries(declaration.endpoints)) {
      registry.registerPath(operationOf(path, method, endpoint));
    }
  }
  return new OpenApiGeneratorV31([...registry.definitions, { type: "schema", schema: ERROR }]).generateDocument({
    openapi: "3.1.0",
    info: {
      title: "Control plane",
      version: "1",
      description: "Delegated access, runs and errors, over Trigger.dev's API.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: origin }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  });
}
