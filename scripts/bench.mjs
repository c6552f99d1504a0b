// `npm run bench`: each figure beside its yardstick, in one run.
import { setUpOrExit } from "./setup.mjs";

await setUpOrExit();
await import(new URL("../bench/dist/main.js", import.meta.url).href);
