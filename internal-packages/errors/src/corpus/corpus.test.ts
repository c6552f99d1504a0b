import { join } from "node:path";
import { createPrisma } from "@trigger.dev/database";
import { startTestDatabase } from "@trigger.dev/testing";
import { expect, test } from "vitest";
import { fingerprintOf } from "../fingerprint.js";
import { byPlainRegex, byRawMessage, scoreOf, throwCorpus, VARIANTS } from "./index.js";

const fixtures = join(import.meta.dirname, "../../fixtures");
const fingerprintOfItem = ({ error }: { error: Parameters<typeof fingerprintOf>[0]["error"] }): string =>
  fingerprintOf({ environmentId: "env_1", taskIdentifier: "task", error }).fingerprint;

const everything = async () => [
  ...(await throwCorpus(join(fixtures, "first"))),
  ...(await throwCorpus(join(fixtures, "second"))),
  ...(await throwCorpus(join(fixtures, "third"))),
];

test("really thrown errors of one cause are one group, and of two causes are two", async () => {
  const items = await everything();
  const score = scoreOf(items, fingerprintOfItem);

  expect(score.causes).toBeGreaterThanOrEqual(60);
  expect(items).toHaveLength(score.causes * VARIANTS);
  expect(score.precision).toBeGreaterThanOrEqual(0.995);
  expect(score.recall).toBeGreaterThanOrEqual(0.97);
});

test("values of another draw score alike", async () => {
  const items = await throwCorpus(join(fixtures, "second"), { salt: 42 });
  const score = scoreOf(items, fingerprintOfItem);

  expect(score.precision).toBeGreaterThanOrEqual(0.995);
  expect(score.recall).toBeGreaterThanOrEqual(0.97);
});

test("the corpus is hard for simpler ways", async () => {
  const items = await everything();

  expect(scoreOf(items, ({ error }) => byRawMessage(error)).recall).toBeLessThan(0.5);
  expect(scoreOf(items, ({ error }) => byPlainRegex(error)).precision).toBeLessThan(0.9);
});

test.each([
  ["later", 117, 0.995, 0.97],
  ["fourth", 373, 0.995, 0.97],
  ["fifth", 616, 0.98, 0.91],
  ["sixth", 221, 0.995, 0.96],
  ["seventh", 210, 0.995, 0.98],
])(
  "what others threw, into files, sockets and a real database, is grouped by the same rules: %s",
  async (part, causes, precision, recall) => {
    const database = await startTestDatabase();
    const tools = { pool: database.pool, prisma: createPrisma(database.pool) };
    const items = await throwCorpus(join(fixtures, part), { tools });
    await database.stop();
    const score = scoreOf(items, fingerprintOfItem);

    expect(items).toHaveLength(causes * VARIANTS);
    expect(score.precision).toBeGreaterThanOrEqual(precision);
    expect(score.recall).toBeGreaterThanOrEqual(recall);
  },
);
