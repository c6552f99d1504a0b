import { styleText } from "node:util";

const MOST_LINES = 14;
const WIDTH = 100;

/** Every kind of credential, as `docs/tokens.md` describes them. */
const CREDENTIAL = /\b(?:tr_(?:pat|uat|dev|stg|prod|preview)_[\w.-]+|eyJ[\w-]+\.[\w-]+\.[\w-]+)/g;

/** `text` with every credential in it cut to its first characters. */
export const redact = (/** @type {string} */ text) => text.replaceAll(CREDENTIAL, (token) => `${token.slice(0, 14)}…`);

/** JSON on one line where it fits, else indented, and cut where it is long. */
function layOut(/** @type {unknown} */ value) {
  const line = JSON.stringify(value);
  if (line.length <= WIDTH) return line;
  const lines = JSON.stringify(value, null, 2).split("\n");
  const rest = lines.length - MOST_LINES;
  return rest > 1 ? [...lines.slice(0, MOST_LINES), `… ${rest} more lines`].join("\n") : lines.join("\n");
}

/**
 * Where the demo shows itself. Coloured on a terminal, unless `NO_COLOR` is set; never shows a whole credential.
 * @param {Pick<NodeJS.WriteStream, "write" | "isTTY">} out
 */
export function createStage(out, env = process.env) {
  const coloured = env.NO_COLOR ? false : Boolean(env.FORCE_COLOR ?? out.isTTY);
  /** @param {Parameters<typeof styleText>[0]} style @param {string} text */
  const paint = (style, text) => (coloured ? styleText(style, text) : text);
  const print = (/** @type {string} */ text) => out.write(`${text}\n`);
  const indented = (/** @type {string} */ text) => text.replaceAll(/^/gm, "  ");
  return {
    redact,
    note: (/** @type {string} */ text) => print(paint("dim", text)),
    title: (/** @type {string} */ text) => print(`\n${paint("bold", text)}`),
    command: (/** @type {string} */ text) => print(paint("cyan", `$ ${redact(text)}`)),
    /** What a command wrote. */
    text: (/** @type {string} */ text) => text.trim() !== "" && print(indented(redact(text.trimEnd()))),
    /** What the server answered. */
    answer: (/** @type {number} */ status, /** @type {unknown} */ body) => {
      print(`  ${paint(status < 400 ? "green" : "yellow", String(status))}`);
      if (body !== undefined) print(indented(redact(layOut(body))));
    },
  };
}
