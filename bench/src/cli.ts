import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Wall time in milliseconds of a whole process; the median of `times` runs. */
export async function wallTime(args: readonly string[], env: NodeJS.ProcessEnv, times: number): Promise<number> {
  const taken: number[] = [];
  for (let turn = 0; turn < times; turn++) {
    const startedAt = performance.now();
    await run(process.execPath, [...args], { env: { ...process.env, ...env } });
    taken.push(performance.now() - startedAt);
  }
  return taken.toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? Number.NaN;
}
