import { expect, test } from "vitest";
import { stableFileName } from "./file-name.js";

test.each([
  ["/app/src/orders.ts", "orders"],
  ["/app/dist/orders-3FA9B2C1.mjs", "orders"],
  ["/app/dist/orders.8f3b2c1d9e0a4b5c6d7e.js", "orders"],
  ["/app/dist/chunk-A7DQXZ2M.js", "chunk"],
  ["/app/assets/orders-B3kq_x9Z.js", "orders"],
  ["/app/assets/orders-DiwXRTda.js", "orders"],
  ["/app/dist/3fa9b2c1d4e5.js", ""],
  ["/app/dist/orders-1790000000000.mjs", "orders"],
  ["/app/dist/87.js", ""],
  ["/app/static/main.3f2a1b9c.chunk.js", "main"],
  ["/app/.next/server/chunks/orders_f5f720de._.js", "orders"],
  ["/app/dist/orders.min.js", "orders"],
  ["/app/src/orders.ts?t=1790000000", "orders"],
  ["/app/src/order-processor.ts", "order-processor"],
  ["/app/src/user-settings.ts", "user-settings"],
  ["/app/src/orders.server.ts", "orders.server"],
  ["/app/src/load-Settings.ts", "load-Settings"],
])("%s stays %j over deploys", (path, name) => {
  expect(stableFileName(path).name).toBe(name);
});
