import { stableFileName } from "./file-name.js";

/** A line of a V8 stack trace, without what differs between two deploys or two calls. */
export interface Frame {
  /** Without `async`, `new`, `get`, `Object.` and `[as x]`; empty for an anonymous function. */
  readonly functionName: string;
  /** The base name, without extension and content hash. */
  readonly file: string;
  /** False for Node's own, packages', the runner's, and minified ones. */
  readonly inApp: boolean;
  /** JavaScript's own, such as `Array.map`. */
  readonly builtIn: boolean;
}

const RUNNER_FILE =
  /^(?:(?:dev|managed|deployed|prod|warm)-)?(?:run-)?(?:worker|controller|executor)$|^task-?executor$/i;
/** The worker around a task, and what compilers put around `async`. */
const RUNNER_FUNCTION =
  /^_?(?:TaskExecutor|TriggerTracer|StandardLifecycleHooksManager|StandardResourceCatalog|ConsoleInterceptor)\.|^(?:__(?:awaiter|generator|async|asyncGenerator|asyncValues|values|spread)|asyncGeneratorStep|_asyncToGenerator|_next|_throw)$/;
const OUTSIDE =
  /(?:^|[/\\])node_modules[/\\]|(?:^|[/\\])\.(?:yarn|pnpm)[/\\]|^node:|^internal[/\\]|^ext:|^bun:|^native$|^<anonymous>$|^index \d+$/;
const BUNDLED = /[/\\](?:dist|build|out|chunks?|assets|bundles?|\.trigger|\.next|\.output)[/\\]|\bbundle\b|\.min\./;
/** Also as a method of what called it: `Socket.<anonymous>`. */
const ANONYMOUS = /(?:^|\.)<[a-z_ ]+>$/;
const NAMELESS: ReadonlySet<string> = new Set([
  "anonymous",
  "eval",
  "Immediate",
  "Timeout",
  "Timeout._onTimeout",
  "_onTimeout",
]);
const MINIFIED = /^(?:set )?#?[A-Za-z_$][\w$]?$/;

/** Reads `at fn (file:1:2)`; null when the line is no frame. */
export function parseFrame(line: string): Frame | null {
  let text = line.trim();
  if (!text.startsWith("at ")) return null;
  text = text.slice(3);
  const open = locationStart(text);
  const location = open < 0 ? text : text.slice(open + 2, text.endsWith(")") ? -1 : undefined);
  const call = functionNameOf(open < 0 ? "" : text.slice(0, open));
  const bare = open < 0 && location.startsWith("async ") ? location.slice(6) : location;
  const { path, column } = splitLocation(originOf(bare));
  const { name: file, hashed } = stableFileName(path);
  const bundled = hashed || column > 500 || BUNDLED.test(path);
  const own = bundled ? withoutMinifiedReceiver(call) : call;
  const outside = path === "" || OUTSIDE.test(path) || RUNNER_FILE.test(file) || RUNNER_FUNCTION.test(call);
  const inApp = !outside && !(bundled && MINIFIED.test(own));
  return { functionName: own, file, inApp, builtIn: path === "<anonymous>" || path === "native" };
}

/** Where ` (location)` begins: the first one, since a path or an `eval` may hold others. */
function locationStart(text: string): number {
  return text.endsWith(")") ? text.indexOf(" (") : -1;
}

/** Of `eval at f (file:1:2), <anonymous>:1:1` the innermost file. */
function originOf(location: string): string {
  if (!location.startsWith("eval at ")) return location;
  const open = location.lastIndexOf("(");
  const close = location.indexOf(")", open);
  return location.slice(open + 1, close < 0 ? undefined : close);
}

/** `path:line` or `path:line:column`. */
function splitLocation(location: string): { path: string; column: number } {
  const last = numberStart(location, location.length);
  if (last < 0) return { path: location, column: 0 };
  const line = numberStart(location, last - 1);
  if (line < 0) return { path: location.slice(0, last - 1), column: 0 };
  return { path: location.slice(0, line - 1), column: Number(location.slice(last)) };
}

/** Where the digits before `end` begin, with a colon in front of them; -1 when there are none. */
function numberStart(location: string, end: number): number {
  let start = end;
  while (start > 0 && isDigit(location.charCodeAt(start - 1))) start -= 1;
  return start < end && location.charCodeAt(start - 1) === COLON ? start : -1;
}

const COLON = 58;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

function functionNameOf(text: string): string {
  let name = text;
  const alias = name.indexOf(" [as ");
  if (alias >= 0) name = name.slice(0, alias);
  // Most names have nothing to take off, and to look for a character is faster than to match.
  if (name.includes(" ")) name = name.replace(/^(?:async |new |get )+/, "");
  if (name.includes(".")) {
    name = name.replace(/^(?:(?:Object|Function|Module|exports|module|global|globalThis|Proxy|process)\.)+/, "");
  }
  if (NAMELESS.has(name) || (name.endsWith(">") && ANONYMOUS.test(name))) return "";
  // rollup tells functions of one name in two modules apart so, in another order with each build.
  return name.startsWith("_") || name.includes("$") ? name.replace(/^_(?=[A-Z]\w*\.)|\$\d+$/g, "") : name;
}

function withoutMinifiedReceiver(name: string): string {
  const dot = name.indexOf(".");
  return dot > 0 && MINIFIED.test(name.slice(0, dot)) ? name.slice(dot + 1) : name;
}
