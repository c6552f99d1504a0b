// oxlint-disable-next-line no-control-regex -- a quick look before the slow one below
const PERHAPS_UNSAFE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ud800-\udfff]/;
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- these are what it takes out
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** `text` cut to at most `limit` characters: its beginning and, since reasons come last, its end. */
export function boundText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = Math.floor(limit / 4);
  return `${text.slice(0, limit - end - 3)} … ${text.slice(text.length - end)}`;
}

/** `text` bounded, with control characters (NUL among them) and lone surrogates as U+FFFD: PostgreSQL can store it. */
export function safeText(text: string, limit: number): string {
  const bounded = boundText(text, limit);
  return PERHAPS_UNSAFE.test(bounded) ? bounded.replace(UNSAFE, "\ufffd") : bounded;
}
