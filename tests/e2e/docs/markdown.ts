import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@trigger.dev/testing";

/** Where a document of the repository lies. */
export const pathOf = (document: string): string => join(repositoryRoot(), document);

export const read = (document: string): string => readFileSync(pathOf(document), "utf8");

/** The cells of the rows of a text's first table, without its head. A `\|` is a bar within a cell. */
export function tableRows(markdown: string): string[][] {
  const [table = ""] = /(?:^\|.*\n)+/m.exec(markdown) ?? [];
  const lines = table.trim().split("\n").slice(2);
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll("\\|", "|")),
  );
}

/** The part of a document below a heading, up to the next one of any level. */
export function section(markdown: string, heading: string): string {
  const [, text = ""] = markdown.split(new RegExp(`^#+ ${heading}\\n`, "m"));
  return text.split(/^#+ /m)[0] ?? "";
}

/** What stands in backquotes. */
export const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
