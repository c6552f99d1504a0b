import { expect, it } from "vitest";
import { quoted, read, section, tableRows } from "./markdown.js";

it("docs/api.md has every code that a refusal can have, with its status", () => {
  const [, table = ""] = /ERROR_STATUS = \{\n([^}]*)\}/.exec(read("apps/webapp/app/api/errors.ts")) ?? [];
  const declared = [...table.matchAll(/(\w+): (\d{3})/g)].map(([, code, status]) => [code, status]);
  const documented = tableRows(section(read("docs/api.md"), "Refusals")).map(([code = "", status]) => [
    quoted(code)[0],
    status,
  ]);
  expect(declared.length).toBeGreaterThan(10);
  expect(documented).toEqual(declared);
});
