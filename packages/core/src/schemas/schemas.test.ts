import { describe, expect, it } from "vitest";
import {
  CreateBranchRequestBody,
  ExchangeTokenRequestBody,
  ImportEnvironmentVariablesRequestBody,
  MintUserActorTokenRequestBody,
  parseListRunsQuery,
  RunListItem,
  TriggerTaskRequestBody,
} from "./index.js";

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success;

const read = (query: string) => parseListRunsQuery(new URLSearchParams(query));

describe("the mint's body", () => {
  it("may be empty, and ignores what it does not know", () => {
    expect(MintUserActorTokenRequestBody.parse({})).toEqual({});
    expect(MintUserActorTokenRequestBody.parse({ sub: "user_x", cap: ["read:runs"] })).toEqual({ cap: ["read:runs"] });
  });

  it.each([{ cap: null }, { client: null }, { ttlSeconds: null }])("refuses null for an optional field: %j", (body) => {
    expect(accepts(MintUserActorTokenRequestBody, body)).toBe(false);
  });

  it.each([
    { ttlSeconds: 0 },
    { ttlSeconds: 1.5 },
    { ttlSeconds: 31_536_001 },
    { ttlSeconds: "60" },
    { cap: "read:runs" },
    { cap: [1] },
    { client: "" },
    { client: "a\nb" },
    { client: "a\u0085b" },
    { client: "a\u2028b" },
    { client: "\ud800" },
    { client: "x".repeat(256) },
  ])("refuses %j", (body) => {
    expect(accepts(MintUserActorTokenRequestBody, body)).toBe(false);
  });

  it("takes a year, and a client of 255 characters in any script", () => {
    expect(accepts(MintUserActorTokenRequestBody, { ttlSeconds: 31_536_000, client: "é".repeat(255) })).toBe(true);
  });
});

describe("the exchange's body", () => {
  it.each([NaN, Infinity, null, {}])("refuses %s as an expiry", (expirationTime) => {
    expect(accepts(ExchangeTokenRequestBody, { expirationTime })).toBe(false);
  });
  it("takes a number or a text", () => {
    expect(accepts(ExchangeTokenRequestBody, { expirationTime: 60, claims: {} })).toBe(true);
    expect(accepts(ExchangeTokenRequestBody, { expirationTime: "1h", claims: { scopes: ["read:runs"] } })).toBe(true);
  });
});

describe("the query of a list of runs", () => {
  it("is the first page of everything when empty", () => {
    expect(read("")).toEqual({ ok: true, query: { createdAt: {}, page: { size: 25 } } });
  });

  it("reads every filter that the SDK sends", () => {
    expect(
      read(
        "filter[status]=QUEUED,COMPLETED&filter[taskIdentifier]=a,b&filter[version]=1&filter[bulkAction]=bulk_1&filter[tag]=x,y" +
          "&filter[schedule]=sched_1&filter[isTest]=true&filter[createdAt][from]=0&filter[createdAt][to]=2026-01-01T00:00:00Z" +
          "&filter[createdAt][period]=1d&filter[batch]=batch_1&filter[queue]=task/a,q&filter[machine]=small-1x&filter[region]=x" +
          "&filter[env]=dev,prod&page[size]=10&page[after]=run_a",
      ),
    ).toEqual({
      ok: true,
      query: {
        status: ["QUEUED", "COMPLETED"],
        taskIdentifier: ["a", "b"],
        version: ["1"],
        tag: ["x", "y"],
        queue: ["task/a", "q"],
        machine: ["small-1x"],
        region: ["x"],
        env: ["dev", "prod"],
        isTest: true,
        batch: "batch_1",
        schedule: "sched_1",
        bulkAction: "bulk_1",
        createdAt: { from: new Date(0), to: new Date("2026-01-01T00:00:00Z"), periodMs: 86_400_000 },
        page: { size: 10, after: "run_a", turn: 1 },
      },
    });
  });

  it.each([
    ["page[after]=run_a&page[before]=run_b-2", { before: "run_b", turn: 2 }],
    ["page[after]=run_a-3&page[before]=run_b-2", { after: "run_a", turn: 3 }],
  ])("goes by the cursor of the later turn: %s", (query, page) => {
    expect(read(query)).toMatchObject({ query: { page: { size: 25, ...page } } });
  });

  it("takes a repeated list as one", () => {
    expect(read("filter[tag]=a&filter[tag]=b")).toMatchObject({ query: { tag: ["a", "b"] } });
  });

  it("names every parameter that is wrong", () => {
    const parsed = read(
      "filter[status]=BAD&filter[isTest]=yes&filter[createdAt][from]=soon&filter[createdAt][period]=-1d&page[size]=101&page[after]=run_a'--",
    );
    expect(parsed.ok ? [] : parsed.issues.map((issue) => issue.path)).toEqual([
      "filter[status]",
      "filter[isTest]",
      "filter[createdAt][from]",
      "filter[createdAt][period]",
      "page[size]",
      "page[after]",
    ]);
  });

  it.each([
    "filter[tag]=",
    "filter[error]=error_%00",
    "page[after]=run_a&page[before]=run_b",
    "page[after]=run_a-0",
    "page[after]=run_a-2-2",
    "page[size]=0",
    "page[size]=5&page[size]=6",
    "filter[createdAt][to]=99999999999999999",
  ])("refuses %s", (query) => {
    expect(read(query).ok).toBe(false);
  });
});

describe("the body of a trigger", () => {
  it("takes what the SDK sends, and what a person types", () => {
    expect(accepts(TriggerTaskRequestBody, {})).toBe(true);
    expect(accepts(TriggerTaskRequestBody, { payload: null })).toBe(true);
    expect(
      accepts(TriggerTaskRequestBody, {
        payload: '{"json":{"a":1}}',
        options: {
          queue: { name: "q" },
          payloadType: "application/super+json",
          idempotencyKey: "k",
          delay: "1h",
          ttl: 3600,
          tags: "x",
          metadata: { a: 1 },
          debounce: { key: "z", delay: "1s" },
          somethingNew: true,
        },
      }),
    ).toBe(true);
  });

  it.each([
    { payload: "a\0b" },
    { options: { tags: Array.from({ length: 11 }, () => "t") } },
    { options: { tags: ["x".repeat(129)] } },
    { options: { ttl: -1 } },
    { options: { queue: { name: "a\0" } } },
    { options: { maxAttempts: 0 } },
  ])("refuses %j", (body) => {
    expect(accepts(TriggerTaskRequestBody, body)).toBe(false);
  });
});

describe("environment variables and branches", () => {
  it("imports a record or a list", () => {
    expect(accepts(ImportEnvironmentVariablesRequestBody, { variables: { A: "" }, override: true })).toBe(true);
    expect(accepts(ImportEnvironmentVariablesRequestBody, { variables: [{ name: "A", value: "1" }] })).toBe(true);
    expect(accepts(ImportEnvironmentVariablesRequestBody, { variables: { "A B": "1" } })).toBe(false);
    expect(accepts(ImportEnvironmentVariablesRequestBody, { variables: { A: "\0" } })).toBe(false);
  });

  it("puts a branch under preview when nothing else is said", () => {
    expect(CreateBranchRequestBody.parse({ branch: "feature/a" })).toEqual({ branch: "feature/a", env: "preview" });
  });

  it.each(["", "a b", "a..b", "/a", "a/", "a.", "-a", "a\n", "a@{b", "é", "a~1"])("refuses the branch %j", (branch) => {
    expect(accepts(CreateBranchRequestBody, { branch })).toBe(false);
  });
});

it("refuses a run with a null where a field should be left out", () => {
  const run = {
    id: "run_a",
    status: "QUEUED",
    taskIdentifier: "hello",
    isQueued: true,
    isExecuting: false,
    isWaiting: false,
    isCompleted: false,
    isSuccess: false,
    isFailed: false,
    isCancelled: false,
    isTest: false,
    createdAt: "2026-01-01T00:00:00.000Z",
    updatedAt: "2026-01-01T00:00:00.000Z",
    tags: [],
    costInCents: 0,
    baseCostInCents: 0,
    durationMs: 0,
    env: { id: "env_a", name: "dev" },
  };
  expect(accepts(RunListItem, run)).toBe(true);
  expect(accepts(RunListItem, { ...run, version: null })).toBe(false);
});
