import type { RunMetadataOperation } from "@trigger.dev/core/v3";
import { isDeepStrictEqual } from "node:util";

/** A run's metadata: a JSON object. */
export type RunMetadata = Record<string, unknown>;

/** Whether it is a JSON object: no list, no null. */
export const isObject = (value: unknown): value is RunMetadata =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `$.a.b` leads into objects; anything else is one key. */
const pathOf = (key: string): string[] => (/^\$(?:\.[^.]+)+$/.test(key) ? key.slice(2).split(".") : [key]);

/** Defines instead of assigning, so that no key, not even `__proto__`, is special. */
const put = (target: RunMetadata, key: string, value: unknown): void => {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
};
const take = (target: RunMetadata, key: string): unknown => (Object.hasOwn(target, key) ? target[key] : undefined);

/** The object that holds the path's last key; made on the way where `create` says so. */
function holderOf(root: RunMetadata, path: readonly string[], create: boolean): RunMetadata | undefined {
  let at = root;
  for (const key of path.slice(0, -1)) {
    const next = take(at, key);
    if (isObject(next)) {
      at = next;
      continue;
    }
    if (!create) return undefined;
    const made: RunMetadata = {};
    put(at, key, made);
    at = made;
  }
  return at;
}

function applyOne(root: RunMetadata, operation: RunMetadataOperation): RunMetadata {
  if (operation.type === "update") return structuredClone(operation.value);
  const path = pathOf(operation.key);
  const last = path.at(-1) ?? operation.key;
  const holder = holderOf(root, path, operation.type !== "delete" && operation.type !== "remove");
  if (holder === undefined) return root;
  const present = take(holder, last);
  switch (operation.type) {
    case "set":
      put(holder, last, operation.value);
      break;
    case "delete":
      delete holder[last];
      break;
    case "append": {
      const list: unknown[] = Array.isArray(present) ? present : present === undefined ? [] : [present];
      put(holder, last, [...list, operation.value]);
      break;
    }
    case "remove":
      if (Array.isArray(present)) {
        put(
          holder,
          last,
          present.filter((item) => !isDeepStrictEqual(item, operation.value)),
        );
      }
      break;
    case "increment":
      put(holder, last, (typeof present === "number" ? present : 0) + operation.value);
      break;
  }
  return root;
}

/** The metadata after these changes, in their order. What an operation does not fit is left as it is; the input too. */
export const applyMetadataOperations = (
  metadata: RunMetadata,
  operations: readonly RunMetadataOperation[],
): RunMetadata => operations.reduce(applyOne, structuredClone(metadata));
