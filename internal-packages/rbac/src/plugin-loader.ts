import type { RbacController, RbacPlugin, RbacPluginConfig } from "@trigger.dev/plugins/rbac";
import { locatePlugin } from "./plugin-location.js";
import { findManagerProblem } from "./role-answer-problem.js";
import { withTimeout } from "./with-timeout.js";

const CREATE_TIMEOUT_MS = 10_000;

const METHODS = [
  "authenticatePersonalAccessToken",
  "authenticateUserActor",
  "authenticateSession",
  "authenticateBearer",
] as const satisfies readonly (keyof RbacController)[];

/** `RBAC_PLUGIN` names something that cannot serve. The message is a sentence for the operator; the boot stops. */
export class RbacPluginError extends Error {
  override readonly name = "RbacPluginError";
  readonly code = "rbac_plugin_unusable";
}

export interface LoadPluginOptions {
  /** A package's name, a path, or a `file:` URL. */
  specifier: string;
  config: RbacPluginConfig;
  /** Where packages and relative paths are looked for. */
  cwd: string;
}

/** Loads and creates the controller that `RBAC_PLUGIN` names. Rejects with {@link RbacPluginError}; never falls back. */
export const loadPlugin = async ({ specifier, config, cwd }: LoadPluginOptions): Promise<RbacController> => {
  const fail = (problem: string, cause?: unknown) =>
    new RbacPluginError(`RBAC_PLUGIN names "${specifier}", which ${problem}.`, { cause });

  const module = await importModule(specifier, cwd).catch((error: unknown) => {
    throw fail(`could not be loaded: ${sentenceOf(error)}`, error);
  });
  const plugin = findPlugin(module);
  if (!plugin) throw fail("has no default export of the form { create(config) }");

  const create = async () => plugin.create(config);
  const controller: unknown = await withTimeout(create(), CREATE_TIMEOUT_MS).catch((error: unknown) => {
    throw fail(`failed to start: ${sentenceOf(error)}`, error);
  });
  if (!isObject(controller)) throw fail("created no controller");
  const missing = METHODS.filter((method) => typeof controller[method] !== "function");
  if (missing.length > 0) throw fail(`created a controller without ${missing.join(", ")}`);
  if (!isController(controller)) throw fail("created a controller without a name");
  const lacking = controller.roles === undefined ? null : findManagerProblem(controller.roles);
  if (lacking !== null) throw fail(`created a controller that manages roles without ${lacking}`);
  return controller;
};

const importModule = async (specifier: string, cwd: string): Promise<unknown> => import(locatePlugin(specifier, cwd));

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const isPlugin = (value: unknown): value is RbacPlugin => isObject(value) && typeof value.create === "function";

const isController = (value: unknown): value is RbacController =>
  isObject(value) && typeof value.name === "string" && value.name !== "" && METHODS.every((method) => method in value);

/** The default export; of a CommonJS module that was compiled from one, the default within it. */
const findPlugin = (module: unknown): RbacPlugin | null => {
  if (!isObject(module)) return null;
  if (isPlugin(module.default)) return module.default;
  return isObject(module.default) && isPlugin(module.default.default) ? module.default.default : null;
};

const sentenceOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n", 1).join("").replace(/\.$/, "");
