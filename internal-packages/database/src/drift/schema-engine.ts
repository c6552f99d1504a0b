import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import type * as Bindings from "@prisma/schema-engine-wasm";
import { databasePackageDir } from "../package-dir.js";
import { catalogAdapterFactory } from "./catalog-adapter.js";

type EngineModule = Pick<typeof Bindings, "SchemaEngine">;

const isEngineModule = (module: object): module is EngineModule => "SchemaEngine" in module;

const call = (owner: object, name: string, ...args: unknown[]): void => {
  const member: unknown = Reflect.get(owner, name);
  if (typeof member !== "function") throw new Error(`The schema engine has no ${name}.`);
  Reflect.apply(member, owner, args);
};

let lastPanic: string | undefined;
let engineClass: Promise<typeof Bindings.SchemaEngine> | undefined;

async function loadEngine(): Promise<typeof Bindings.SchemaEngine> {
  const require = createRequire(join(databasePackageDir(), "package.json"));
  const file = require.resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const bindings: object = await import(pathToFileURL(file).href);
  if (!isEngineModule(bindings)) throw new Error(`${file} is not the schema engine.`);
  // Its own entry imports the .wasm as a module, which Node 20 cannot.
  const wasm = await readFile(join(dirname(file), "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(wasm, { "./schema_engine_bg.js": { ...bindings } });
  call(bindings, "__wbg_set_wasm", instance.exports);
  // Where a panic leaves its words; without it all that reaches us is "unreachable".
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: { set_message: (words: string) => (lastPanic = words) },
  });
  call(instance.exports, "__wbindgen_start");
  return bindings.SchemaEngine;
}

/** Runs `use` with Prisma's schema engine connected to `url`. */
export async function withSchemaEngine<T>(url: string, use: (engine: Bindings.SchemaEngine) => Promise<T>): Promise<T> {
  engineClass ??= loadEngine();
  const factory = catalogAdapterFactory(url);
  try {
    const engine = await (
      await engineClass
    ).new({ datamodels: undefined }, () => {}, bindMigrationAwareSqlAdapterFactory(factory));
    return await use(engine);
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    // After a panic the instance is of no more use.
    engineClass = undefined;
    throw new Error(`The schema engine gave up: ${lastPanic ?? error.message}`, { cause: error });
  } finally {
    await factory.dispose();
  }
}
