// `npm run demo`: the main job, walked on an instance that is thrown away.
import { DemoError, stopOnSignals } from "./demo/ending.mjs";
import { startInstance } from "./demo/instance.mjs";
import { createStage } from "./demo/stage.mjs";
import { steps } from "./demo/steps.mjs";
import { createWalker } from "./demo/walker.mjs";
import { setUpOrExit } from "./setup.mjs";
import { say } from "./setup/workspace.mjs";

await setUpOrExit();
const stage = createStage(process.stdout);
const ending = stopOnSignals();
try {
  stage.note("Starting an instance of its own …");
  const instance = await ending.hold(startInstance());
  stage.note(`It serves at ${instance.origin}, and is gone when this ends.`);
  const walker = createWalker(instance, stage);
  for (const { title, walk } of steps) {
    ending.check();
    stage.title(title);
    await walk(walker);
  }
  stage.title("That is the main job.");
} catch (error) {
  if (!ending.asked) {
    process.exitCode = 1;
    say(stage.redact(error instanceof DemoError ? error.message : String(error)));
  }
} finally {
  await ending.finish();
}
