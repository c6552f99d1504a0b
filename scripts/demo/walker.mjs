import { execFile } from "node:child_process";
import { inRoot } from "../setup/workspace.mjs";
import { DemoError, expect } from "./ending.mjs";
import { environmentWith } from "./instance.mjs";

const CLI = inRoot("packages", "cli-v3", "bin", "trigger.mjs");

/**
 * @typedef {object} Call
 * @property {string} as the name of the variable that holds the credential
 * @property {unknown} [body]
 * @property {number} expect the status that it must answer
 * @property {{ list: string, fields: string[] }} [pick] what to show of a long answer: of the list there, these fields
 */

/** As one would type it, with what was learned before by its name. */
function typed(/** @type {string} */ line, /** @type {ReadonlyMap<string, string>} */ variables) {
  let text = line;
  for (const [name, value] of variables) text = text.replaceAll(value, `$${name}`);
  return text;
}

/** @param {string} method @param {string} url @param {Call} call */
function curlLine(method, url, { as, body, pick }) {
  // curl chooses the others by itself.
  const isImplied = method === (body === undefined ? "GET" : "POST");
  return [
    "curl",
    ...(isImplied ? [] : ["-X", method]),
    `-H "Authorization: Bearer $${as}"`,
    ...(body === undefined ? [] : ['-H "Content-Type: application/json"', "-d", `'${JSON.stringify(body)}'`]),
    url,
    ...(pick === undefined ? [] : [`| jq -c '.${pick.list}[] | {${pick.fields.join(", ")}}'`]),
  ].join(" ");
}

/** What `jq` would make of the answer. */
function shown(/** @type {any} */ body, /** @type {Call["pick"]} */ pick) {
  if (body === undefined) return [];
  const list = pick && (pick.list === "" ? body : body[pick.list]);
  if (!Array.isArray(list)) return [body];
  return list.map((item) => Object.fromEntries(pick?.fields.map((field) => [field, item[field]]) ?? []));
}

/**
 * Walks on the instance by the command line and by HTTP, shows each command and its answer, and remembers by name what
 * later commands need.
 * @param {import("./instance.mjs").Instance} instance
 * @param {ReturnType<typeof import("./stage.mjs").createStage>} stage
 */
export function createWalker({ origin, bootstrap, home }, stage) {
  /** @type {Map<string, string>} */
  const variables = new Map([
    ["PAT", bootstrap.personalAccessToken],
    ["REF", bootstrap.project.ref],
  ]);
  const env = environmentWith({
    HOME: home,
    XDG_CONFIG_HOME: home,
    NO_COLOR: "1",
    TRIGGER_API_URL: origin,
  });

  const keep = (/** @type {string} */ name, /** @type {string} */ value) => {
    variables.set(name, value);
    stage.note(`  $${name} is now ${stage.redact(value)}`);
  };

  /** @returns {Promise<{ code: number, stdout: string, stderr: string }>} */
  const run = (/** @type {string[]} */ args, /** @type {string} */ as) =>
    new Promise((resolve) => {
      const settings = { env: { ...env, TRIGGER_ACCESS_TOKEN: variables.get(as) ?? "" } };
      const child = execFile(process.execPath, [CLI, ...args], settings, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : (child.exitCode ?? 1), stdout, stderr }),
      );
    });

  return {
    origin,
    bootstrap,
    /** What is kept under `name`. */
    value: (/** @type {string} */ name) => variables.get(name) ?? "",
    keep,

    /**
     * Runs the command line; it has to end with 0.
     * @param {string[]} args
     * @param {{ into?: string, as?: string }} [options] `into` keeps what it printed under that name; `as` names another
     *   token than the person's own
     * @returns {Promise<string>} its standard output
     */
    async trigger(args, { into, as = "PAT" } = {}) {
      const line = typed(
        `${as === "PAT" ? "" : `TRIGGER_ACCESS_TOKEN=$${as} `}trigger.dev ${args.join(" ")}`,
        variables,
      );
      stage.command(into === undefined ? line : `${into}=$(${line})`);
      const { code, stdout, stderr } = await run(args, as);
      stage.text(stderr);
      expect(code === 0, `\`${line}\` ended with ${code}.`);
      if (into === undefined) stage.text(stdout);
      else keep(into, stdout.trim());
      return stdout;
    },

    /**
     * Asks the server; it has to answer with the status that the call expects.
     * @param {string} method
     * @param {string} path
     * @param {Call} call
     * @returns {Promise<any>} the answer's JSON
     */
    async curl(method, path, call) {
      const line = curlLine(method, typed(`$ORIGIN${path}`, variables), call);
      stage.command(line);
      const response = await fetch(new URL(path, origin), {
        method,
        headers: {
          authorization: `Bearer ${variables.get(call.as) ?? ""}`,
          ...(call.body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      });
      const text = await response.text();
      const body = text === "" ? undefined : JSON.parse(text);
      stage.answer(response.status, shown(body, call.pick));
      if (response.status !== call.expect)
        throw new DemoError(`\`${line}\` answered ${response.status} and not ${call.expect}.`);
      return body;
    },
  };
}
