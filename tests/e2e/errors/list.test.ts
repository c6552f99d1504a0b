import { setTimeout as sleep } from "node:timers/promises";
import type { ErrorGroupListItem, ListErrorsResponse } from "@trigger.dev/core/v3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failingWorker, type FailingWorker } from "../support/failing-runs.js";
import { startWorld, type World } from "../support/world.js";

let world: World;
let old: FailingWorker;
let current: FailingWorker;
/** Between the failures of `First` and the rest. */
let between: number;

beforeAll(async () => {
  world = await startWorld();
  const { ref, environments } = world.owner;
  const place = { ref, apiKey: environments.dev.apiKey };
  old = await failingWorker(world.app.origin, place, { content: "old", tasks: ["pay", "mail"] });
  await old.fail({ name: "FirstError", message: "first of order 1", in: "first" });
  await sleep(5);
  between = Date.now();
  await sleep(5);
  current = await failingWorker(world.app.origin, place, { content: "new", tasks: ["pay", "mail"] });
  for (const order of [1, 2, 3]) await current.fail({ message: `100% of order ${order} l_st`, in: "second" });
  for (const order of [2, 3]) await current.fail({ message: `Größe of order ${order}`, in: "third" }, "mail");
  await current.fail({ name: "FirstError", message: "first of order 2", in: "first" });
});
afterAll(() => world?.stop());

const list = async (query = "", as = world.owner.environments.dev.apiKey) =>
  (await world.ok<ListErrorsResponse>("GET", `/api/v1/errors?${query}`, { as })).data;
const functionsOf = (items: ErrorGroupListItem[]) =>
  items.map(({ errorMessage }) => (/first/.test(errorMessage) ? 1 : /100%/.test(errorMessage) ? 2 : 3));

describe("a list of errors", () => {
  it("has one item for every group, with everything that is said of it", async () => {
    const items = await list();
    expect(items).toHaveLength(3);
    expect(items[0]).toEqual({
      id: `error_${items[0]?.fingerprint}`,
      fingerprint: expect.stringMatching(/^1[0-9a-f]{31}$/),
      taskIdentifier: "pay",
      errorType: "FirstError",
      errorMessage: expect.stringMatching(/^first of order/),
      status: "unresolved",
      count: 2,
      firstSeen: expect.any(String),
      lastSeen: expect.any(String),
      resolvedAt: null,
      ignoredUntil: null,
    });
  });

  it.each([
    ["lastSeen", [1, 3, 2]],
    ["firstSeen", [3, 2, 1]],
    ["count", [2, 1, 3]],
  ])("by %s", async (sort, expected) => {
    const items = await list(`sort=${sort}`);
    const found = functionsOf(items);
    // Two groups occurred twice: those may come either way round.
    expect(sort === "count" ? [found[0], ...found.slice(1).sort()] : found).toEqual(expected);
    expect(items.map(({ count }) => count).toSorted()).toEqual([2, 2, 3]);
  });

  it.each([
    ["filter[taskIdentifier]=mail", [3]],
    ["filter[taskIdentifier]=mail,pay", [1, 3, 2]],
    ["filter[taskIdentifier]=none", []],
    ["filter[status]=unresolved", [1, 3, 2]],
    ["filter[status]=resolved,ignored", []],
    ["filter[search]=FIRSTERROR", [1]],
    ["filter[search]=größe", [3]],
    [`filter[search]=${encodeURIComponent("firsterror: first of")}`, [1]],
    [`filter[search]=${encodeURIComponent("FirstError: of")}`, []],
    [`filter[search]=${encodeURIComponent("100%")}`, [2]],
    [`filter[search]=${encodeURIComponent("l_st")}`, [2]],
    [`filter[search]=${encodeURIComponent("l%st")}`, []],
    ["filter[search]=l-st", []],
    [`filter[search]=${encodeURIComponent("\\")}`, []],
    ["filter[search]=", [1, 3, 2]],
    ["filter[search]=of", [1, 3, 2]],
    ["filter[period]=1m", [1, 3, 2]],
    ["filter[from]=2000-01-01&filter[to]=2001-01-01", []],
    ["filter[from]=2000-01-01T00:00:00Z", [1, 3, 2]],
  ])("with %s, whatever the order", async (query, expected) => {
    expect(functionsOf(await list(query))).toEqual(expected);
    for (const sort of ["firstSeen", "count"]) {
      expect(functionsOf(await list(`${query}&sort=${sort}`)).toSorted()).toEqual(expected.toSorted());
    }
  });

  it("of a version has what failed in it", async () => {
    expect(functionsOf(await list(`filter[version]=${old.version}`))).toEqual([1]);
    expect(functionsOf(await list(`filter[version]=${current.version}&sort=count`)).toSorted()).toEqual([1, 2, 3]);
    expect(await list("filter[version]=20000101.1")).toEqual([]);
  });

  it("counts what lies in the range of time, to the millisecond", async () => {
    const countOfFirst = async (range: string) =>
      (await list(range)).find(({ errorType }) => errorType === "FirstError")?.count;
    expect(await countOfFirst(`filter[to]=${between}`)).toBe(1);
    expect(await countOfFirst(`filter[from]=${between}`)).toBe(1);
    expect(await countOfFirst(`filter[from]=${new Date(between).toISOString()}`)).toBe(1);
    for (const sort of ["lastSeen", "firstSeen", "count"]) {
      expect(functionsOf(await list(`filter[to]=${between}&sort=${sort}`))).toEqual([1]);
      expect((await list(`filter[from]=${between}&sort=${sort}`)).map(({ count }) => count).toSorted()).toEqual([
        1, 2, 3,
      ]);
    }
  });

  it("is of one environment alone", async () => {
    expect(await list("", world.owner.environments.prod.apiKey)).toEqual([]);
    expect(await list("", world.stranger.environments.dev.apiKey)).toEqual([]);
  });

  it("refuses all that is wrong with a query at once", async () => {
    const query =
      "filter[status]=open&sort=age&filter[period]=soon&filter[from]=never&page[size]=101&filter[taskIdentifier]=";
    const { status, body } = await world.app.api("GET", `/api/v1/errors?${query}`, {
      as: world.owner.environments.dev.apiKey,
    });
    expect(status).toBe(400);
    expect((body["issues"] as { path: string }[]).map(({ path }) => path).toSorted()).toEqual([
      "query.filter[from]",
      "query.filter[period]",
      "query.filter[status][0]",
      "query.filter[taskIdentifier][0]",
      "query.page[size]",
      "query.sort",
    ]);
  });

  it.each([
    "filter[period]=1d&filter[from]=2000-01-01",
    "filter[from]=2001-01-01&filter[to]=2000-01-01",
    `filter[search]=${"x".repeat(1001)}`,
    "filter[search]=%00",
    "page[size]=0",
    "page[size]=1.5",
    "page[after]=x",
    "page[before]=",
    "filter[period]=0d",
    "filter[to]=99999999999999999",
  ])("refuses %s", async (query) => {
    const { status } = await world.app.api("GET", `/api/v1/errors?${query}`, {
      as: world.owner.environments.dev.apiKey,
    });
    expect(status).toBe(400);
  });
});

describe("the runs behind an error", () => {
  const runs = (query: string, as = world.owner.environments.dev.apiKey) =>
    world.app.api<{ data: { id: string }[] }>("GET", `/api/v1/runs?${query}`, { as });

  it("are those of its group, of the credential's environment", async () => {
    const [first] = await list();
    const mine = await runs(`filter[error]=${first?.id}`);
    expect(mine.body.data).toHaveLength(2);
    expect((await runs(`filter[error]=${first?.id}`, world.stranger.environments.dev.apiKey)).body.data).toEqual([]);
    const people = `/api/v1/projects/${world.owner.ref}/runs?filter[error]=${first?.id}`;
    expect((await world.ok<{ data: unknown[] }>("GET", people, { as: world.owner.pat })).data).toHaveLength(2);
  });

  it("are none of an unknown one, and a malformed one is refused", async () => {
    expect(await runs("filter[error]=error_unknown")).toMatchObject({ status: 200, body: { data: [] } });
    for (const bad of ["unknown", "error_", "error_%00", "error_a,error_b", `error_${"a".repeat(100)}`]) {
      expect((await runs(`filter[error]=${bad}`)).status, bad).toBe(400);
    }
  });
});
