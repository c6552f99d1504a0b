import type { TestApp } from "@trigger.dev/testing";

interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
}

interface Operation {
  "x-needs"?: string;
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

/** One operation of the API, as the server describes it. */
export interface DescribedRoute {
  /** `GET /api/v1/projects/{ref}` */
  name: string;
  method: string;
  path: string;
  query: string[];
  /** The permission that it asks for, in the words of its declaration. */
  needs: string;
  /** Paths into the body, such as `["options", "tags"]`; null when the route takes none. */
  members: string[][] | null;
}

function membersOf(document: Document, schema: Schema, depth = 0): string[][] {
  const name = schema.$ref?.split("/").at(-1);
  const resolved = name === undefined ? schema : (document.components?.schemas?.[name] ?? {});
  const own = Object.entries(resolved.properties ?? {});
  const options = (resolved.anyOf ?? []).flatMap((option) => membersOf(document, option, depth));
  if (depth > 2) return options;
  return [
    ...own.flatMap(([key, child]) => [[key], ...membersOf(document, child, depth + 1).map((rest) => [key, ...rest])]),
    ...options,
  ];
}

/** Every route of the running build. */
export async function describedRoutes(app: TestApp): Promise<DescribedRoute[]> {
  const { body: document } = await app.api<Document>("GET", "/openapi.json");
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([method]) => /^(get|post|put|patch|delete)$/.test(method))
      .map(([method, { parameters = [], requestBody, ...described }]) => {
        const schema = requestBody && Object.values(requestBody.content)[0]?.schema;
        return {
          name: `${method.toUpperCase()} ${path}`,
          method: method.toUpperCase(),
          path,
          needs: described["x-needs"] ?? "",
          query: parameters.filter((parameter) => parameter.in === "query").map((parameter) => parameter.name),
          members: schema ? membersOf(document, schema) : null,
        };
      }),
  );
}
