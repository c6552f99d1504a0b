import { expect, test } from "vitest";
import { significantFrames } from "./significant-frames.js";

const stack = (...frames: string[]): string => ["Error: x", ...frames.map((frame) => `    at ${frame}`)].join("\n");
const framesOf = (...frames: string[]): string[] => significantFrames(stack(...frames), "Error", "x");

test("only the nearest frame counts, however deep and asynchronous the way to it", () => {
  const expected = ["orders:charge"];
  expect(framesOf("charge (/a/orders.ts:1:1)", "run (/a/orders.ts:9:1)")).toEqual(expected);
  expect(framesOf("charge (/a/orders.ts:7:1)", "async later (/a/queue.ts:9:1)")).toEqual(expected);
  expect(framesOf("charge (/a/orders.ts:7:1)", "charge (/a/orders.ts:8:1)", "walk (/a/x.ts:1:1)")).toEqual(expected);
  expect(framesOf("Socket.read (node:net:1:1)", "charge (/a/orders.ts:7:1)")).toEqual(expected);
});

test("who called a function that throws for others counts too", () => {
  expect(framesOf("invariant (/a/x.ts:1:1)", "merge (/a/y.ts:1:1)", "run (/a/z.ts:1:1)")).toEqual([
    "x:invariant",
    "y:merge",
  ]);
});

test("who called a maker of errors counts too", () => {
  for (const maker of ["notFound", "busyError", "createHttpException"]) {
    expect(framesOf(`${maker} (/a/x.ts:1:1)`, "merge (/a/y.ts:1:1)")).toEqual([`x:${maker}`, "y:merge"]);
  }
});

test("a setter is another function than the getter of its name", () => {
  expect(framesOf("set size [as size] (/a/x.ts:1:1)")).not.toEqual(framesOf("get size [as size] (/a/x.ts:1:1)"));
});

test("but not when the caller passes any call along", () => {
  const expected = ["x:request"];
  expect(framesOf("request (/a/x.ts:1:1)", "retry (/a/y.ts:1:1)", "run (/a/z.ts:1:1)")).toEqual(expected);
  expect(framesOf("request (/a/x.ts:1:1)", "async runLater (/a/y.ts:1:1)")).toEqual(expected);
  expect(framesOf("request (/a/x.ts:1:1)", "/a/y.ts:1:1")).toEqual(expected);
});

test("a function that only calls again, deeper or later, says no more than its file", () => {
  const expected = ["queue:<anonymous>"];
  expect(framesOf("Object.open (node:fs:1:1)", "async retry (/a/queue.ts:1:1)", "run (/a/z.ts:1:1)")).toEqual(expected);
  expect(framesOf("Object.open (node:fs:1:1)", "async runLater (/a/queue.ts:1:1)")).toEqual(expected);
  expect(framesOf("retryPayment (/a/queue.ts:1:1)")).toEqual(["queue:retryPayment"]);
});

test("a callback of a built-in function counts with the function around it", () => {
  expect(framesOf("/a/x.ts:1:1", "Array.map (<anonymous>)", "merge (/a/x.ts:1:1)")).toEqual([
    "x:<anonymous>",
    "x:merge",
  ]);
  expect(framesOf("/a/x.ts:1:1", "transaction (/a/x.ts:1:1)")).toEqual(["x:<anonymous>"]);
});

test("a stack that ran over is told by who took part, not by whose turn it was", () => {
  const overflow = (...names: string[]): string[] =>
    significantFrames(
      stack(...names.map((name) => `${name} (/a/x.ts:1:1)`)),
      "RangeError",
      "Maximum call stack size exceeded",
    );
  expect(overflow("ping", "pong", "ping", "pong")).toEqual(overflow("leaf", "pong", "ping", "pong", "ping"));
});

test("lines of the message that look like frames are none", () => {
  const message = "upstream said:\n    at fake (/b/fake.ts:1:1)";
  expect(significantFrames(`Error: ${message}\n    at charge (/a/orders.ts:1:1)`, "Error", message)).toEqual([
    "orders:charge",
  ]);
});
