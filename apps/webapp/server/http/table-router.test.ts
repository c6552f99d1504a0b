import { TrieRouter } from "hono/router/trie-router";
import { describe, expect, it } from "vitest";
import { TableRouter } from "./table-router.js";

const TABLE = [
  "/",
  "/runs",
  "/runs/latest",
  "/runs/:run",
  "/runs/:run/spans/:span",
  "/files/a.b",
  "/projects/:ref/runs",
  "/projects/:ref/:env",
  "/projects/:ref/:env/jwt",
];

const filled = <R extends TableRouter<string> | TrieRouter<string>>(router: R): R => {
  for (const path of [...TABLE, "/*"]) router.add("ALL", path, path);
  return router;
};

const PATHS = `/ /runs /runs/ /runs/latest /runs/run_1 /runs/run_1/spans/s /runs/run_1/spans/ // /RUNS /runs/latest/x
  /projects /projects/p/runs /projects/p/dev /projects/p/dev/jwt /projects//dev/jwt /files/a.b /files/axb
  /runs/%2F /runs/a%2Fb /runs/.. /runs/__proto__ /runs/x?y`.split(/\s+/);

describe("the router of the table", () => {
  it.each(PATHS)("finds for %j what Hono's own router tries first, with the same parameters", (path) => {
    const [found] = filled(new TableRouter<string>()).match("GET", path);
    const [[firstOfHono]] = filled(new TrieRouter<string>()).match("GET", path);
    expect(found).toEqual([firstOfHono]);
  });

  it("takes no route for one method alone", () => {
    expect(() => new TableRouter<string>().add("GET", "/runs", "x")).toThrow("not for GET");
  });
});
