import { dirname, posix } from "node:path";
import { describe, expect, it } from "vitest";
import { files, read } from "./files.js";

const documents = files().filter((path) => path.endsWith(".md") && !path.startsWith(".changeset/"));
const known = new Set(files().flatMap((path) => [path, ...parents(path)]));

function parents(path: string): string[] {
  const parent = dirname(path);
  return parent === "." ? [] : [parent, ...parents(parent)];
}

const withoutCode = (text: string): string =>
  text.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, "").replaceAll(/`[^`\n]*`/g, "");

/** As GitHub makes them. */
const anchors = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/^#{1,6}\s+(.+)$/gm)].map(([, heading = ""]) =>
      heading
        .trim()
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(/\s/g, "-"),
    ),
  );

function brokenLinks(document: string): string[] {
  const links = [...withoutCode(read(document)).matchAll(/\]\(([^()\s]+)\)/g)].map(([, link = ""]) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? document : posix.normalize(posix.join(dirname(document), path)).replace(/\/$/, "");
    if (!known.has(target)) return true;
    return anchor !== undefined && target.endsWith(".md") && !anchors(read(target)).has(anchor);
  });
}

/** Follows links from the README on. */
function reachable(): Set<string> {
  const seen = new Set<string>();
  const follow = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    if (!known.has(path)) return;
    const inside = path.endsWith(".md") ? read(path).matchAll(/\]\(([^()\s#]+)/g) : [];
    for (const [, link = ""] of inside) follow(posix.normalize(posix.join(dirname(path), link)).replace(/\/$/, ""));
  };
  follow("README.md");
  return seen;
}

describe.each(documents)("%s", (document) => {
  it("links to what is there", () => {
    expect(brokenLinks(document)).toEqual([]);
  });
});

describe("the documentation", () => {
  it("can be reached from the README, page by page or by its folder", () => {
    const seen = reachable();
    const pages = documents.filter((path) => path.startsWith("docs/"));
    expect(pages.filter((path) => !seen.has(path) && !(dirname(path) !== "docs" && seen.has(dirname(path))))).toEqual(
      [],
    );
  });
});
