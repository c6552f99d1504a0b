/**
 * Sentences of V8, Node and Drizzle that hold values without quotation marks, by the letter they begin with. The groups
 * are what stays.
 */
const SENTENCES: Readonly<Record<string, readonly RegExp[]>> = {
  C: [
    /^(Cannot convert) [^]{1,4000}( to a BigInt)$/,
    /^(Cannot use 'in' operator to search for '[^']{1,99}' in) [^]{1,4000}$/,
    // A minifier renames variables: `of 'e' as it is undefined`.
    /^(Cannot destructure property '[^']{1,99}' of) '[A-Za-z_$][\w$]?'( as it is \w{4,9}\.)$/,
  ],
  F: [/^(Failed query: [^]{1,4000}\nparams:)[^]{1,4000}$/],
  I: [
    /^(Invalid (?:currency code ?|language tag|time zone specified|URL):) [^]{1,4000}$/,
    /^(Invalid flags supplied to RegExp constructor) [^]{1,4000}$/,
    /^(Invalid regular expression:) \/[^]{0,4000}\/[a-z]{0,8}(: [^/]{1,99})$/,
  ],
  V: [/^(Value) [^]{1,4000}( out of range for Intl\.\w{1,40} options property \w{1,40})$/],
};

/** `structuredClone` shows the source of a function that it was given. */
const CLONED = " could not be cloned.";
const SOURCE = /^(?:async\b|function\b|class\b|[^"'`]{0,200}=>)/;

/** `text` with a `*` for the values of a sentence that is known to hold some. */
export function withoutKnownValues(text: string): string {
  if (text.endsWith(CLONED) && SOURCE.test(text)) return `*${CLONED}`;
  for (const sentence of SENTENCES[text.charAt(0)] ?? []) {
    const found = sentence.exec(text);
    if (found !== null) return `${found[1]} *${found[2] ?? ""}`;
  }
  return text;
}
