import { appendFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { appendLosses, auditLossesPath, readLosses } from "./audit-losses-file.js";

let config: { dataDir: string };
beforeEach(() => {
  config = { dataDir: mkdtempSync(join(tmpdir(), "losses-")) };
});
afterEach(() => rmSync(config.dataDir, { recursive: true }));

const loss = (id: string) =>
  ({ kind: "missing", organizationId: null, id, action: "uat.mint", at: "2030-01-01T00:00:00.000Z", rows: 1 }) as const;

it("has no losses where there is no file, and all that were added", () => {
  expect(readLosses(config)).toEqual([]);
  appendLosses(config, [loss("a"), loss("b")]);
  appendLosses(config, [loss("c")]);
  expect(readLosses(config).map(({ id }) => id)).toEqual(["a", "b", "c"]);
  expect(statSync(auditLossesPath(config)).mode & 0o777).toBe(0o600);
});

it("takes a line that it cannot read for a loss", () => {
  appendLosses(config, [loss("a")]);
  appendFileSync(auditLossesPath(config), '{"kind":"mis');
  expect(readLosses(config).map(({ id }) => id)).toEqual(["a", "unknown"]);
});

it("stops growing", () => {
  appendFileSync(auditLossesPath(config), `${JSON.stringify(loss("a"))}\n`.repeat(10_000));
  const { size } = statSync(auditLossesPath(config));
  appendLosses(config, [loss("b")]);
  expect(statSync(auditLossesPath(config)).size).toBe(size);
});
