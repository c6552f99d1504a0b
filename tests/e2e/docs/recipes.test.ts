import {
  type Reader,
  shellBlocks,
  startApp,
  startFailingWorker,
  startReader,
  statusesSaid,
  statusesTold,
  tellingStatuses,
  type TestApp,
} from "@trigger.dev/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { read } from "./markdown.js";

const RECIPE = "docs/recipes/agent-triages-errors.md";

let app: TestApp;
let reader: Reader;
beforeAll(async () => {
  app = await startApp();
  reader = await startReader(app);
  const { project, environments } = app.bootstrap;
  const worker = await startFailingWorker(app.origin, { ref: project.ref, apiKey: environments.dev.apiKey });
  for (const order of [4711, 4712])
    await worker.fail({
      type: "BUILT_IN_ERROR",
      name: "PaymentError",
      message: `Order ${order} was declined`,
      stackTrace: `PaymentError: Order ${order} was declined\n    at charge (/app/src/payments.ts:${order}:5)`,
    });
  for (let counted = 0; counted < 2;) {
    const as = environments.dev.apiKey;
    const { body } = await app.api<{ data: { count: number }[] }>("GET", "/api/v1/errors", { as });
    counted = body.data[0]?.count ?? 0;
  }
});
afterAll(async () => {
  await app?.stop();
  await reader?.stop();
});

const variables = shellBlocks(read("README.md"), "Mint, use, exchange")[0] ?? "";

it(`${RECIPE} does what it says, as it is typed`, async () => {
  const script = shellBlocks(read(RECIPE)).join("\n");
  expect(statusesSaid(script)).toHaveLength(10);
  const output = await reader.shell(tellingStatuses(`${variables}\n${script}`));
  expect(statusesTold(output), output).toEqual(statusesSaid(script));
  expect(output).toMatch(/^error_\w{32}\thello\tPaymentError: Order 471\d was declined\tunresolved\t2\t/m);
  expect(output).toMatch(/^ {2}at charge \(\/app\/src\/payments\.ts:\d+:5\)$/m);
  expect(output.match(/^run_\w+\thello\tFAILED\t/gm)).toHaveLength(2);
  for (const scope of ["trigger:tasks:hello", "write:runs", "read:apiKeys"]) expect(output).toContain(scope);
  expect(output).not.toMatch(/tr_(?:uat|pat)_/);
});

it("and leaves one's name on what the agent did", async () => {
  const as = app.bootstrap.environments.dev.apiKey;
  const list = await app.api<{ data: { id: string }[] }>("GET", "/api/v1/errors", { as });
  const path = `/api/v1/errors/${list.body.data[0]?.id}`;
  const { body: error } = await app.api("GET", path, { as });
  const you = app.bootstrap.userId;
  expect(error).toMatchObject({ status: "resolved", resolvedInVersion: "20300101.1", resolvedBy: you });
  const { body: activity } = await app.api<{ data: unknown[] }>("GET", `${path}/activity`, { as });
  expect(activity.data.length).toBeGreaterThanOrEqual(4);
  const change = { user: { id: you }, credential: { kind: "uat" }, client: "triage-agent", reason: "manual" };
  for (const item of activity.data) expect(item).toMatchObject(change);
});
