import { expect, test } from "vitest";
import { parseFrame } from "./frame.js";

test.each([
  ["    at chargeCard (/app/src/orders.ts:10:5)", "chargeCard", "orders"],
  ["    at chargeCard$1 (/app/src/orders.ts:10:5)", "chargeCard", "orders"],
  ["    at async chargeCard (file:///app/src/orders.ts:10:5)", "chargeCard", "orders"],
  ["    at new Order (/app/src/orders.ts:10:5)", "Order", "orders"],
  ["    at Object.chargeCard (/app/src/orders.ts:10:5)", "chargeCard", "orders"],
  ["    at async Object.run [as default] (/app/src/orders.ts:10:5)", "run", "orders"],
  ["    at OrderService.charge [as handler] (C:\\app\\src\\orders.ts:10:5)", "OrderService.charge", "orders"],
  ["    at _OrderService.charge (file:///C:/app/src/orders.ts:10:5)", "OrderService.charge", "orders"],
  ["    at Object.<anonymous> (/app/src/orders.ts:10:5)", "", "orders"],
  ["    at Socket.<anonymous> (/app/src/orders.ts:10:5)", "", "orders"],
  ["    at /app/src/orders.ts:10:5", "", "orders"],
  ["    at async /app/src/orders.ts:10:5", "", "orders"],
  ["    at async file:///app/src/orders.ts:10:5", "", "orders"],
  ["    at chargeCard (/app/a (copy)/orders.ts:10:5)", "chargeCard", "orders"],
  ["    at eval (eval at compile (/app/src/rules.ts:1:2), <anonymous>:1:7)", "", "rules"],
  [
    "    at check (eval at run (eval at compile (/app/src/rules.ts:1:2), <anonymous>:1:7), <anonymous>:3:1)",
    "check",
    "rules",
  ],
  ["    at chargeCard (webpack-internal:///./src/orders.ts?5f2c:10:5)", "chargeCard", "orders"],
  ["    at chargeCard (file:///app/dist/orders-3FA9B2C1.mjs:10:5)", "chargeCard", "orders"],
])("%s is told apart by function and file", (line, functionName, file) => {
  expect(parseFrame(line)).toMatchObject({ functionName, file, inApp: true });
});

test.each([
  "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
  "    at Module._compile (internal/modules/cjs/loader.js:1:2)",
  "    at Query.run (/app/node_modules/pg/lib/query.js:1:2)",
  "    at Query.run (C:\\app\\node_modules\\pg\\lib\\query.js:1:2)",
  "    at Query.run (file:///app/node_modules/.pnpm/pg@8/node_modules/pg/lib/query.js:1:2)",
  "    at async TaskExecutor.execute (file:///app/dev-run-worker.mjs:1:2)",
  "    at async _TaskExecutor.execute (/app/core/v3/workers/taskExecutor.ts:1:2)",
  "    at JSON.parse (<anonymous>)",
  "    at Array.map (<anonymous>)",
  "    at new Promise (<anonymous>)",
  "    at async Promise.all (index 0)",
  "    at t (file:///app/dist/orders-3FA9B2C1.mjs:10:5)",
  "    at $e (/app/dist/index.js:1:50211)",
  "    at Xe.f (/app/build/main.js:1:2)",
  "    at Xe.#e (/app/build/main.js:1:2)",
])("%s says nothing of the application", (line) => {
  expect(parseFrame(line)?.inApp).toBe(false);
});

test("a short name outside of a bundle stays, and a minified class gives its method away", () => {
  expect(parseFrame("at t (/app/src/orders.ts:10:5)")).toMatchObject({ functionName: "t", inApp: true });
  expect(parseFrame("at a.charge (/app/dist/index.js:1:2)")).toMatchObject({ functionName: "charge", inApp: true });
});

test.each(["", "Error: x", "    in chargeCard", "at", "attention (please)"])("%j is no frame", (line) => {
  expect(parseFrame(line)).toBeNull();
});
