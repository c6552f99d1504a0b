import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fingerprintOf } from "./fingerprint.js";
import type { TaskError } from "./task-error.js";

const of = (error: TaskError, place: { environmentId?: string; taskIdentifier?: string } = {}) =>
  fingerprintOf({ environmentId: "env_1", taskIdentifier: "task", ...place, error });
const thrown: TaskError = {
  type: "BUILT_IN_ERROR",
  name: "TypeError",
  message: "Order 12 failed",
  stackTrace: "TypeError: Order 12 failed\n    at charge (/app/orders.ts:1:2)",
};

test("a fingerprint is versioned, safe in a URL, and of one task in one environment", () => {
  const { fingerprint } = of(thrown);
  expect(fingerprint).toMatch(/^1[0-9a-f]{31}$/);
  expect(of(thrown, { environmentId: "env_2" }).fingerprint).not.toBe(fingerprint);
  expect(of(thrown, { taskIdentifier: "other" }).fingerprint).not.toBe(fingerprint);
});

test("version 1 does not change unnoticed", () => {
  expect(of(thrown).fingerprint).toMatchInlineSnapshot(`"1896653e7c158d1eae7b0d2a84e9bc10"`);
});

test("it says why it grouped", () => {
  expect(of(thrown)).toMatchObject({
    errorType: "TypeError",
    errorMessage: "Order 12 failed",
    groupedBy: { version: "1", tier: "frames", frames: ["orders:charge"], skeleton: "Order * failed", causes: [] },
  });
});

describe("the tier is", () => {
  test.each<[string, TaskError, string]>([
    ["frames", thrown, "TypeError"],
    ["message", { ...thrown, stackTrace: "TypeError: Order 12 failed" }, "TypeError"],
    ["message", { type: "BUILT_IN_ERROR", stackTrace: "RangeError: x" }, "RangeError"],
    [
      "message",
      { type: "INTERNAL_ERROR", code: "TASK_PROCESS_EXITED_WITH_NON_ZERO_CODE" },
      "TASK_PROCESS_EXITED_WITH_NON_ZERO_CODE",
    ],
    ["value", { type: "STRING_ERROR", raw: "Quota exceeded" }, "String"],
    ["value", { type: "CUSTOM_ERROR", raw: '{"name":"QuotaError","limit":5}' }, "QuotaError"],
    ["value", { type: "CUSTOM_ERROR", raw: "[1,2]" }, "Object"],
    ["nothing", { type: "CUSTOM_ERROR" }, "undefined"],
    ["nothing", { type: "CUSTOM_ERROR", raw: "null" }, "null"],
    ["nothing", { type: "STRING_ERROR", raw: "" }, "String"],
    ["explicit", { ...thrown, fingerprint: "payments" }, "TypeError"],
  ])("%s for %j", (tier, error, expectedType) => {
    const { groupedBy, errorType, errorMessage } = of(error);
    expect(groupedBy.tier).toBe(tier);
    expect(errorType).toBe(expectedType);
    expect(errorMessage.length > 0 || error.type === "BUILT_IN_ERROR").toBe(true);
  });
});

describe("an explicit fingerprint", () => {
  const other: TaskError = { type: "STRING_ERROR", raw: "another failure" };

  test("groups whatever was thrown", () => {
    expect(of({ ...thrown, fingerprint: ["payments", "eu"] }).fingerprint).toBe(
      of({ ...other, fingerprint: ["payments", "eu"] }).fingerprint,
    );
    expect(of({ ...thrown, fingerprint: ["payments", "eu"] }).fingerprint).not.toBe(
      of({ ...thrown, fingerprint: ["payments", "us"] }).fingerprint,
    );
  });

  test("may split the computed one further, or be just it", () => {
    const split = (error: TaskError, part: string) =>
      of({ ...error, fingerprint: ["{{ default }}", part] }).fingerprint;
    expect(split(thrown, "eu")).not.toBe(split(thrown, "us"));
    expect(split(thrown, "eu")).not.toBe(split(other, "eu"));
    expect(of({ ...thrown, fingerprint: "{{default}}" }).fingerprint).toBe(of(thrown).fingerprint);
    expect(of({ ...thrown, fingerprint: [] }).fingerprint).toBe(of(thrown).fingerprint);
  });
});

test("class, message, frame and causes each make another group", () => {
  const cause = { name: "Error", message: "status code 500", stackTrace: "Error: x\n    at call (/app/api.ts:1:1)" };
  const variants: TaskError[] = [
    thrown,
    { ...thrown, name: "RangeError" },
    { ...thrown, message: "Refund 12 failed" },
    { ...thrown, stackTrace: "TypeError: Order 12 failed\n    at refund (/app/orders.ts:1:2)" },
    { ...thrown, causes: [cause] },
    { ...thrown, causes: [{ ...cause, message: "status code 403" }] },
    { ...thrown, causes: [{ ...cause, stackTrace: "Error: x\n    at ask (/app/api.ts:1:1)" }] },
  ];
  expect(new Set(variants.map((error) => of(error).fingerprint)).size).toBe(variants.length);
  expect(of({ ...thrown, causes: [cause, cause, cause] }).fingerprint).toBe(
    of({ ...thrown, causes: [cause] }).fingerprint,
  );
});

test("a class that is named anew in each build makes no other group", () => {
  const keyOf = (name: string): string =>
    fingerprintOf({
      environmentId: "env_1",
      taskIdentifier: "task",
      error: { type: "BUILT_IN_ERROR", name, message: "Page asked us to wait", stackTrace: "" },
    }).fingerprint;
  expect(keyOf("e")).toBe(keyOf("tt"));
  expect(keyOf("CrawlError")).not.toBe(keyOf("tt"));
});

test("what is shown holds nothing that a database or a terminal chokes on", () => {
  const { errorMessage } = of({ type: "STRING_ERROR", raw: `a\u0000b\u001b[31m\ud800c${"x".repeat(9_000)}end` });
  expect(errorMessage).toMatch(/^a\ufffdb\ufffd\[31m\ufffdc/);
  expect(errorMessage).toMatch(/end$/);
  expect(errorMessage.length).toBeLessThanOrEqual(2_048);
});

test("any error of a worker has a fingerprint", () => {
  const text = fc.option(fc.string({ unit: "binary" }), { nil: undefined });
  const link = fc.record({ name: text, message: text, stackTrace: text });
  const error: fc.Arbitrary<TaskError> = fc.oneof(
    fc
      .tuple(link, fc.array(link), fc.option(fc.array(fc.string()), { nil: undefined }))
      .map(([own, causes, fingerprint]) => ({ type: "BUILT_IN_ERROR" as const, ...own, causes, fingerprint })),
    fc.record({ type: fc.constantFrom("STRING_ERROR" as const, "CUSTOM_ERROR" as const), raw: text }),
  );
  fc.assert(
    fc.property(error, (any) => {
      expect(of(any).fingerprint).toMatch(/^1[0-9a-f]{31}$/);
    }),
  );
});
