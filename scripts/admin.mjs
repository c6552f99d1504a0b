// `npm run admin -- <noun> <verb>`: the operator's tool. Standard output is its alone.
import { setUpOrExit } from "./setup.mjs";

await setUpOrExit();
await import("../apps/webapp/build/admin.js");
