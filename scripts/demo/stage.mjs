const WIDTH = 100;
const STYLES = { bold: [1, 22], dim: [2, 22], cyan: [36, 39], green: [32, 39], yellow: [33, 39] };

/** Every kind of credential, as `docs/tokens.md` describes them. */
const CREDENTIAL = /\b(?:tr_(?:pat|uat|dev|stg|prod|preview)_[\w.-]+|eyJ[\w-]+\.[\w-]+\.[\w-]+)/g;

/** `text` with every credential in it cut to its first characters. */
export const redact = (/** @type {string} */ text) => text.replaceAll(CREDENTIAL, (token) => `${token.slice(0, 14)}…`);

/**
 * JSON in which whatever fits one line is on one.
 * @param {unknown} value
 * @returns {string}
 */
function layOut(value, margin = "") {
  const line = JSON.stringify(value);
  if (line.length + margin.length <= WIDTH || typeof value !== "object" || value === null) return line;
  const inner = `${margin}  `;
  const parts = Array.isArray(value)
    ? value.map((item) => layOut(item, inner))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${layOut(item, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${parts.map((part) => inner + part).join(",\n")}\n${margin}${close}`;
}

/**
 * Where the demo shows itself. Coloured on a terminal, unless `NO_COLOR` is set; never shows a whole credential.
 * @param {Pick<NodeJS.WriteStream, "write" | "isTTY">} out
 */
export function createStage(out, env = process.env) {
  const coloured = env.NO_COLOR ? false : Boolean(env.FORCE_COLOR ?? out.isTTY);
  /** @param {keyof typeof STYLES} style @param {string} text */
  const paint = (style, text) => {
    const [on, off] = STYLES[style];
    return coloured ? `\u001B[${on}m${text}\u001B[${off}m` : text;
  };
  const print = (/** @type {string} */ text) => out.write(`${text}\n`);
  const indented = (/** @type {string} */ text) => text.replaceAll(/^/gm, "  ");
  return {
    redact,
    note: (/** @type {string} */ text) => print(paint("dim", text)),
    title: (/** @type {string} */ text) => print(`\n${paint("bold", text)}`),
    command: (/** @type {string} */ text) => print(paint("cyan", `$ ${redact(text)}`)),
    /** What a command wrote. */
    text: (/** @type {string} */ text) => text.trim() !== "" && print(indented(redact(text.trimEnd()))),
    /** What the server answered: a status, and JSON of one or more values. */
    answer: (/** @type {number} */ status, /** @type {readonly unknown[]} */ values) => {
      print(`  ${paint(status < 400 ? "green" : "yellow", String(status))}`);
      for (const value of values) print(indented(redact(layOut(value))));
    },
  };
}
