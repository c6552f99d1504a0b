import type { Params, Result, Router } from "hono/router";

interface PathWithParameters<T> {
  pattern: RegExp;
  names: string[];
  handler: T;
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
const isParameter = (segment: string): boolean => segment.startsWith(":");

/**
 * A router of Hono's for a table of paths of fixed segments and `:parameters`, each for every method: a fixed path is
 * looked up, one with parameters sought among those of its length, in the order in which they were added, at a fifth of
 * what Hono's router for any table takes. What is for all paths, `*`, is for those that no other route matches.
 */
export class TableRouter<T> implements Router<T> {
  readonly name = "TableRouter";
  #fallback: [T, Params][] = [];
  readonly #fixed = new Map<string, T>();
  readonly #withParameters = new Map<number, PathWithParameters<T>[]>();

  add(method: string, path: string, handler: T): void {
    if (method !== "ALL") throw new TypeError(`a route of the table is for every method, not for ${method}`);
    const segments = path.split("/");
    if (path === "*" || path === "/*") {
      this.#fallback = [[handler, {}]];
    } else if (segments.some(isParameter)) {
      const pattern = segments.map((segment) => (isParameter(segment) ? "([^/]+)" : escaped(segment))).join("/");
      const names = segments.filter(isParameter).map((segment) => segment.slice(1));
      const sameLength = this.#withParameters.get(segments.length) ?? [];
      sameLength.push({ pattern: new RegExp(`^${pattern}$`), names, handler });
      this.#withParameters.set(segments.length, sameLength);
    } else {
      this.#fixed.set(path, handler);
    }
  }

  match(_method: string, path: string): Result<T> {
    const found = this.#find(path);
    return [found === null ? this.#fallback : [found]];
  }

  #find(path: string): [T, Params] | null {
    const fixed = this.#fixed.get(path);
    if (fixed !== undefined) return [fixed, {}];
    for (const { pattern, names, handler } of this.#withParameters.get(path.split("/").length) ?? []) {
      const values = pattern.exec(path);
      if (values === null) continue;
      const params: Params = {};
      for (const [index, name] of names.entries()) params[name] = values[index + 1] ?? "";
      return [handler, params];
    }
    return null;
  }
}
