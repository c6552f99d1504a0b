import { startApp, type TestApp } from "@trigger.dev/testing";
import {
  ErrorGroupDetail,
  ErrorGroupListItem,
  IgnoreErrorRequestBody,
  ListErrorsResponse,
  ResolveErrorRequestBody,
} from "published-core/v3";
import { zodfetchCursorPage } from "published-core/v3/zodfetch";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failingWorker } from "../e2e/support/failing-runs.js";

const GROUPS = 7;
let app: TestApp;
let apiKey: string;

beforeAll(async () => {
  app = await startApp();
  apiKey = app.bootstrap.environments.dev.apiKey;
  const worker = await failingWorker(app.origin, { ref: app.bootstrap.project.ref, apiKey });
  for (let group = 0; group < GROUPS; group++) await worker.fail({ in: `cause${"abcdefg"[group]}` });
});
afterAll(() => app?.stop());

const firstPage = (query: Record<string, string> = {}) =>
  zodfetchCursorPage(
    ErrorGroupListItem,
    `${app.origin}/api/v1/errors`,
    { query: new URLSearchParams(query), limit: 3 },
    { headers: { authorization: `Bearer ${apiKey}` } },
  );

describe("the published @trigger.dev/core", () => {
  it.each(["lastSeen", "firstSeen", "count"])("pages through errors by %s, each once", async (sort) => {
    const sizes: number[] = [];
    const ids: string[] = [];
    for await (const page of (await firstPage({ sort })).iterPages()) {
      sizes.push(page.data.length);
      ids.push(...page.data.map(({ id }) => id));
    }
    expect(sizes).toEqual([3, 3, 1]);
    expect(new Set(ids).size).toBe(GROUPS);
  });

  it("turns back on its way", async () => {
    const first = await firstPage();
    const second = await first.getNextPage();
    const back = await second.getPreviousPage();
    expect(back.data.map(({ id }) => id)).toEqual(first.data.map(({ id }) => id));
    expect(back.hasPreviousPage()).toBe(false);
    const again = await back.getNextPage();
    expect(again.data.map(({ id }) => id)).toEqual(second.data.map(({ id }) => id));
  });

  it("reads every list, detail and change", async () => {
    const list = await app.api("GET", "/api/v1/errors", { as: apiKey });
    const { data } = ListErrorsResponse.parse(list.body);
    expect(data).toHaveLength(GROUPS);
    for (const [index, { id }] of data.entries()) {
      const path = `/api/v1/errors/${id}`;
      const detail = ErrorGroupDetail.parse((await app.api("GET", path, { as: apiKey })).body);
      expect(detail).toMatchObject({ id, status: "unresolved", count: 1, resolvedAt: null });
      const [verb, body] =
        index % 2 === 0
          ? ["resolve", ResolveErrorRequestBody.parse({ resolvedInVersion: "20261122.9" })]
          : ["ignore", IgnoreErrorRequestBody.parse({ duration: 60_000, totalOccurrences: 3, reason: "known" })];
      const changed = await app.api("POST", `${path}/${verb}`, { as: apiKey, body });
      expect(ErrorGroupDetail.parse(changed.body).status).toBe(index % 2 === 0 ? "resolved" : "ignored");
      const back = await app.api("POST", `${path}/unresolve`, { as: apiKey });
      expect(ErrorGroupDetail.parse(back.body).status).toBe("unresolved");
    }
  });
});
