import { writeFileSync } from "node:fs";
import {
  ACTIONS,
  covers,
  createAbility,
  formatScope,
  meet,
  parseScope,
  RESOURCE_TYPES,
} from "@trigger.dev/plugins/rbac";
import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pathOf, quoted, read, section, tableRows } from "./markdown.js";
import { readDocument, routesOf } from "./openapi-document.js";
import { markdownTable, routeRows } from "./route-table.js";

const DOCUMENT = "docs/scopes.md";
const text = read(DOCUMENT);

function scope(spelled: string) {
  const parsed = parseScope(spelled);
  if (!parsed) throw new Error(`${spelled} is no scope`);
  return parsed;
}

describe("the grammar in docs/scopes.md", () => {
  const words = (name: string): string[] => {
    const [, list = ""] = new RegExp(`^${name}\\s*=((?:.*\\n)(?: +\\|.*\\n)*)`, "m").exec(text) ?? [];
    return list.split("|").map((word) => word.trim());
  };

  it("has every action and every type, and no other", () => {
    expect(words("action")).toEqual([...ACTIONS]);
    expect(words("type")).toEqual([...RESOURCE_TYPES]);
  });
});

describe("the examples in docs/scopes.md", () => {
  it.each(tableRows(section(text, "Covers")))("%s covers what is said, and nothing else", (parent, child, other) => {
    const [spelled = ""] = quoted(parent ?? "");
    for (const one of quoted(child ?? "")) expect(covers(scope(spelled), scope(one)), one).toBe(true);
    for (const one of quoted(other ?? "")) expect(covers(scope(spelled), scope(one)), one).toBe(false);
  });

  it.each(tableRows(section(text, "Meet")))("%s and %s meet in %s", (one, other, both) => {
    const [a = "", b = "", met] = [one, other, both].flatMap((cell) => quoted(cell ?? ""));
    for (const found of [meet(scope(a), scope(b)), meet(scope(b), scope(a))])
      expect(found && formatScope(found)).toBe(met ?? null);
  });

  it.each(tableRows(section(text, "Exchange")))(
    "a cap of %s, asked for %s, grants %s",
    (cap, asked, granted, denied) => {
      const [caps = [], requested = []] = [cap, asked].map((cell) => quoted(cell ?? ""));
      const ability = createAbility(cap === "none" ? [] : [caps]);
      expect(ability.grant(asked === "" ? undefined : requested)).toEqual({
        granted: quoted(granted ?? ""),
        denied: quoted(denied ?? ""),
      });
    },
  );
});

describe("the table of routes in docs/scopes.md", () => {
  const MARKED = /(?<=<!-- routes -->\n)[\s\S]*(?=<!-- \/routes -->)/;
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app?.stop());

  // `UPDATE_DOCS=1 npm test -- tests/e2e/docs/scopes` writes it anew; `npm run format` then lines it up.
  it("is what the routes declare", async () => {
    const document = await readDocument(app);
    const rows = routeRows(document, routesOf(document));
    const table = markdownTable(["Route", "Takes", "Needs"], rows);
    if (process.env["UPDATE_DOCS"])
      writeFileSync(
        pathOf(DOCUMENT),
        text.replace(MARKED, () => `\n${table}\n\n`),
      );
    expect(tableRows(MARKED.exec(read(DOCUMENT))?.[0] ?? "")).toEqual(rows);
  });
});
