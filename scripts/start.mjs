// `npm start`: set up, then serve in this very process, so that whoever signals it signals the server.
import { setUpOrExit } from "./setup.mjs";

await setUpOrExit();
await import(new URL("../apps/webapp/build/main.js", import.meta.url).href);
