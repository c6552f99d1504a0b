import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { z } from "zod";
import type { TaskError } from "../task-error.js";
import { toTaskError } from "./to-task-error.js";
import { createVariation, type Variation } from "./variation.js";

/** An error that was really thrown, with the label of its cause. */
export interface LabelledError {
  readonly cause: string;
  readonly error: TaskError;
}

type Thrower = (variation: Variation) => unknown;
type Program = (app: { z: typeof z; pause: () => Promise<void> }) => Record<string, Thrower>;

/** How many variants of each cause are thrown. */
export const VARIANTS = 15;

/**
 * Throws every cause of the programs in `folder` `VARIANTS` times: compiled anew each time under another deployment's
 * file name and with other lines, called through stacks of other depth, synchronous and asynchronous.
 */
export async function throwCorpus(folder: string, salt = 1): Promise<LabelledError[]> {
  const labelled: LabelledError[] = [];
  for (const file of readdirSync(folder).sort()) {
    const source = readFileSync(join(folder, file), "utf8");
    for (let variant = 0; variant < VARIANTS; variant += 1) {
      const throwers = compile(source, file.replace(/\.js$/, ""), variant);
      for (const [index, [cause, thrower]] of Object.entries(throwers).entries()) {
        const variation = createVariation(salt * 100_003 + index * 101 + variant * 7_919);
        labelled.push({ cause, error: toTaskError(await caught(thrower, variation, variant)) });
      }
    }
  }
  return labelled;
}

function compile(source: string, stem: string, variant: number): Record<string, Thrower> {
  const draw = createVariation(variant + 77);
  const hash = draw.hex(8).toUpperCase();
  const places = [
    `/app/src/trigger/${stem}.ts`,
    `/srv/ci/builds/${draw.int(100, 9_999)}/src/trigger/${stem}.ts`,
    `file:///app/dist/${stem}-${hash}.mjs`,
    `/app/.trigger/tmp/build-${draw.hex(6)}/${stem}.mjs`,
    `C:\\deploy\\${draw.int(1, 99)}\\dist\\${stem}.${draw.hex(20)}.js`,
  ];
  const program: unknown = runInThisContext(source, {
    filename: places[variant % places.length] ?? stem,
    lineOffset: draw.int(0, 400),
    columnOffset: draw.int(0, 40),
  });
  if (!isProgram(program)) throw new TypeError(`${stem} is no function`);
  return program({ z, pause: () => new Promise((resolve) => setImmediate(resolve)) });
}

const isProgram = (value: unknown): value is Program => typeof value === "function";

/** Fifteen ways down to the same throw. */
async function caught(thrower: Thrower, variation: Variation, variant: number): Promise<unknown> {
  const depth = variant % 5;
  try {
    if (variant < 5) await descend(() => thrower(variation), depth);
    else if (variant < 10) await descendLater(() => thrower(variation), depth);
    else await new Promise((resolve) => setImmediate(resolve)).then(() => descend(() => thrower(variation), depth * 4));
  } catch (error) {
    return error;
  }
  throw new Error("A cause of the corpus did not throw");
}

function descend(work: () => unknown, depth: number): unknown {
  return depth === 0 ? work() : descend(work, depth - 1);
}

async function descendLater(work: () => unknown, depth: number): Promise<unknown> {
  await Promise.resolve();
  return depth === 0 ? await work() : await descendLater(work, depth - 1);
}
