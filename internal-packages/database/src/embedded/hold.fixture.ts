// A process that holds the embedded database of a data directory, as a server does:
//   node hold.mjs DATA_DIR
// It prints one JSON object when the database runs, and stops it on SIGTERM.
import { setInterval } from "node:timers";
import { startEmbeddedPostgres } from "./start.js";

const [dataDir = ""] = process.argv.slice(2);
process.on("SIGINT", () => {});
try {
  const { url, pid, stop } = await startEmbeddedPostgres({ dataDir });
  process.on("SIGTERM", () => void stop().then(() => process.exit(0)));
  console.log(JSON.stringify({ url, pid }));
  setInterval(() => {}, 60_000);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
