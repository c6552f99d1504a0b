import {
  type Reader,
  shellBlocks,
  startApp,
  startReader,
  statusesSaid,
  statusesTold,
  tellingStatuses,
  type TestApp,
} from "@trigger.dev/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { failingWorker } from "../support/failing-runs.js";
import { read } from "./markdown.js";

let app: TestApp;
let reader: Reader;
beforeAll(async () => {
  app = await startApp();
  reader = await startReader(app);
  const { project, environments } = app.bootstrap;
  const worker = await failingWorker(app.origin, { ref: project.ref, apiKey: environments.dev.apiKey });
  await worker.fail();
});
afterAll(async () => {
  await app?.stop();
  await reader?.stop();
});

/** The variables that the documents go on from. */
const [variables = ""] = shellBlocks(read("README.md"), "Mint, use, exchange");

it.each(["docs/tokens.md", "docs/scopes.md", "docs/api.md", "docs/errors.md", "docs/policies.md"])(
  "%s does what it says, as it is typed",
  async (document) => {
    const script = shellBlocks(read(document)).join("\n");
    expect(statusesSaid(script).length).toBeGreaterThan(4);
    const output = await reader.shell(tellingStatuses(`${variables}\n${script}`));
    expect(statusesTold(output), output).toEqual(statusesSaid(script));
  },
);
