import type { OpenApiDocument, Route } from "./openapi-document.js";

const CREDENTIALS: Record<string, string> = {
  pat: "PAT",
  uat: "UAT",
  environmentKey: "environment key",
  environmentJwt: "environment JWT",
};

/** A scope as a declaration spells it, with `[:id]` or `<a placeholder>` after it. */
const SCOPE = /\b(?:read|write|trigger|batchTrigger):\w+(?:\[:id\])?(?::<[^>]+>)?/g;

/** The rows of the table of routes, in the order of the document's headings. */
export function routeRows({ tags }: OpenApiDocument, routes: readonly Route[]): string[][] {
  const rows = tags.flatMap(({ name }) => routes.filter(({ operation }) => operation.tags[0] === name));
  return rows.map(({ method, path, operation }) => [
    `\`${method} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}\``,
    operation["x-credentials"].map((kind) => CREDENTIALS[kind] ?? kind).join(", ") || "none",
    operation["x-needs"].replace(/^no scope: /, "– ").replaceAll(SCOPE, (scope) => `\`${scope}\``),
  ]);
}

/** The rows as Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
