import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import * as jose from "jose";
import { z } from "zod";
import type { TaskError } from "../task-error.js";
import { minify } from "./minify.js";
import { toTaskError } from "./to-task-error.js";
import { createVariation, type Variation } from "./variation.js";

/** An error that was really thrown, with the label of its cause. */
export interface LabelledError {
  readonly cause: string;
  readonly error: TaskError;
}

type Thrower = (variation: Variation) => unknown;
type Program = (app: Record<string, unknown>) => Record<string, Thrower>;

/** How many variants of each cause are thrown. */
export const VARIANTS = 15;

/**
 * Throws every cause of the programs in `folder` `VARIANTS` times: compiled anew each time under another deployment's
 * file name and with other lines, called through stacks of other depth, synchronous and asynchronous. A program gets
 * `tools` besides zod and jose, and the `packages` of the folder, which stand in for published ones; one whose file ends in
 * `.min.js` is minified.
 */
export async function throwCorpus(
  folder: string,
  { salt = 1, tools = {} }: { salt?: number; tools?: object } = {},
): Promise<LabelledError[]> {
  const labelled: LabelledError[] = [];
  const packages = packagesIn(folder);
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith(".js")) continue;
    const source = readFileSync(join(folder, file), "utf8");
    for (let variant = 0; variant < VARIANTS; variant += 1) {
      const throwers = compile(source, file.replace(/\.js$/, ""), variant, { tools, packages });
      for (const [index, [cause, thrower]] of Object.entries(throwers).entries()) {
        const variation = createVariation(salt * 100_003 + index * 101 + variant * 7_919);
        labelled.push({ cause, error: toTaskError(await caught(thrower, variation, variant)) });
      }
    }
  }
  return labelled;
}

/** A stand-in for a published package: where that keeps the code, and an expression. */
interface Package {
  name: string;
  path: string;
  source: string;
}

/** Of `packages` in a folder, if it has some: the first line says where the published package keeps the code. */
function packagesIn(folder: string): Package[] {
  const directory = join(folder, "packages");
  if (!existsSync(directory)) return [];
  return readdirSync(directory).map((file) => {
    const source = readFileSync(join(directory, file), "utf8");
    return { name: file.replace(/\.js$/, ""), path: source.slice("// ".length, source.indexOf("\n")), source };
  });
}

/** Installed beside what was deployed to `place`. */
function install(packages: readonly Package[], place: string): Record<string, unknown> {
  const root = DEPLOYMENT.exec(place)?.[0] ?? "/app";
  const separator = root.includes("\\") ? "\\" : "/";
  return Object.fromEntries(
    packages.map(({ name, path, source }): [string, unknown] => {
      const filename = [root, "node_modules", ...path.split("/")].join(separator);
      return [name, runInThisContext(source, { filename })];
    }),
  );
}

const DEPLOYMENT = /^(?:\/srv\/ci\/builds\/\d+|[A-Z]:\\deploy\\\d+)/;

function compile(
  written: string,
  file: string,
  variant: number,
  { tools, packages }: { tools: object; packages: readonly Package[] },
): Record<string, Thrower> {
  const minified = file.endsWith(".min");
  const stem = minified ? file.slice(0, -".min".length) : file;
  const source = minified ? minify(written, variant) : written;
  const draw = createVariation(variant + 77);
  const hash = draw.hex(8).toUpperCase();
  const places = [
    `/app/src/trigger/${stem}.ts`,
    `/srv/ci/builds/${draw.int(100, 9_999)}/src/trigger/${stem}.ts`,
    `file:///app/dist/${stem}-${hash}.mjs`,
    `/app/.trigger/tmp/build-${draw.hex(6)}/${stem}.mjs`,
    `C:\\deploy\\${draw.int(1, 99)}\\dist\\${stem}.${draw.hex(20)}.js`,
  ];
  const bundles = places.slice(2);
  const place = (minified ? bundles : places)[variant % (minified ? bundles : places).length] ?? stem;
  const program: unknown = runInThisContext(source, {
    filename: place,
    lineOffset: draw.int(0, 400),
    columnOffset: draw.int(0, 40),
  });
  if (!isProgram(program)) throw new TypeError(`${stem} is no function`);
  return program({
    ...tools,
    packages: install(packages, place),
    z,
    jose,
    asTasks,
    pause: () => new Promise((resolve) => setImmediate(resolve)),
  });
}

/** The name of a cause must not reach the stack and give it away: a task's function is called `run`. */
function asTasks(throwers: Record<string, Thrower>): Record<string, Thrower> {
  for (const thrower of Object.values(throwers)) Object.defineProperty(thrower, "name", { value: "run" });
  return throwers;
}

const isProgram = (value: unknown): value is Program => typeof value === "function";

/** Fifteen ways down to the same throw. */
async function caught(thrower: Thrower, variation: Variation, variant: number): Promise<unknown> {
  const depth = variant % 5;
  // The clock of `AbortSignal.timeout` lets a process end that has nothing else to do.
  const alive = setInterval(() => undefined, 1_000);
  try {
    if (variant < 5) await descend(() => thrower(variation), depth);
    else if (variant < 10) await descendLater(() => thrower(variation), depth);
    else await new Promise((resolve) => setImmediate(resolve)).then(() => descend(() => thrower(variation), depth * 4));
  } catch (error) {
    return error;
  } finally {
    clearInterval(alive);
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
