import type { TestApp } from "@trigger.dev/testing";

interface Media {
  schema?: { required?: string[] };
  example?: unknown;
}

interface Content {
  content?: { "application/json"?: Media };
}

/** What the tests read of an operation. */
export interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security: Record<string, []>[];
  "x-credentials": string[];
  "x-needs": string;
  parameters?: { name: string; in: string; description?: string; example?: unknown }[];
  requestBody?: Content & { required: boolean };
  responses: Record<string, Content>;
}

/** What the tests read of the document at `/openapi.json`. */
export interface OpenApiDocument {
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: Record<string, { description: string }> };
}

export interface Route {
  method: string;
  path: string;
  operation: Operation;
}

export async function readDocument(app: TestApp): Promise<OpenApiDocument> {
  const { body } = await app.api<OpenApiDocument>("GET", "/openapi.json");
  return body;
}

/** Every method of every URL, in the document's order. */
export const routesOf = ({ paths }: OpenApiDocument): Route[] =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
