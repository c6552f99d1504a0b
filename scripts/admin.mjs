// `npm run admin -- <noun> <verb>`: the operator's tool. Standard output is its alone.
import { setUpOrExit } from "./setup.mjs";

await setUpOrExit();
await import(new URL("../apps/webapp/build/admin.js", import.meta.url).href);
