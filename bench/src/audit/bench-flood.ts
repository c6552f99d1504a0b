import { spawn } from "node:child_process";
import { join } from "node:path";
import { median } from "../compare.js";
import { drive } from "../load.js";
import { printAtMost } from "../report.js";
import { type Ours, startBeside } from "../servers.js";

const BAD_TOKENS = 50_000;
const SECONDS = 10;

/** Resolves with what the flood says at its end. */
function flood(here: string, url: string): Promise<string> {
  const child = spawn(process.execPath, [join(here, "audit/flood.js"), url, String(BAD_TOKENS)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.once("close", (code) =>
      code === 0 ? resolve(said.trim()) : reject(new Error(`the flood ended with ${code}`)),
    );
  });
}

/** The 99th percentile of good requests while 50,000 bad tokens come from the same address, beside that without them. */
export async function benchFlood(root: string, here: string, ours: Ours): Promise<void> {
  const limited = await startBeside(root, ours, [], { RATE_LIMITS: "on" });
  try {
    const url = `${limited.origin}/api/v2/whoami`;
    const target = { url, method: "GET", token: ours.bootstrap.personalAccessToken } as const;
    await drive(target, 2);
    const quiet = [(await drive(target, SECONDS)).p99Ms];
    const waves: number[] = [];
    let isOver = false;
    const said = flood(here, url).finally(() => (isOver = true));
    while (!isOver) waves.push((await drive(target, SECONDS)).p99Ms);
    process.stdout.write(`flood: ${await said}\n`);
    quiet.push((await drive(target, SECONDS)).p99Ms, (await drive(target, SECONDS)).p99Ms);
    const [ours99, yardstick] = [median(waves), median(quiet)];
    printAtMost({ name: "flood: p99 of good requests", unit: "ms", ours: ours99, yardstick, atMost: 2 });
  } finally {
    await limited.stop();
  }
}
