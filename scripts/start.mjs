// `npm start`: set up, then serve in this very process, so that whoever signals it signals the server.
import { setUpOrExit } from "./setup.mjs";

await setUpOrExit();
await import("../apps/webapp/build/main.js");
