const deep = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

/** Text that something on the way might stumble over. */
export const HOSTILE_TEXTS: readonly string[] = ['', ' ', '\0', 'a\0b', '\ud800', '\udc00a', '￿', '‮', '﻿', 'a\r\nb', '\x1B[31m', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN', 'true', '-1', '1e999', '0x10', '\' OR \'1\'=\'1', '\'; DROP TABLE run; --', '"', '\\', '$1', '%', '%s%n', '{{7*7}}', '${7*7}', '<script>alert(1)<\/script>', '../../../etc/passwd', '..', '.', '/', '//', '*', '?', '#', 'a/b', 'a\\b', 'a,b', ',', ';', '|', '`id`', 'İ', 'ß', '🙂', '9'.repeat(400), 'x'.repeat(3e3), '🙂'.repeat(300), 'a '.repeat(500), '1970-01-01', '+275760-09-13T00:00:00.000Z', '-000001-01-01'];

/** What may stand in a URL as it is, also where it decodes to nothing. */
export const HOSTILE_SEGMENTS: readonly string[] = [
  ...[
    "%",
    "%zz",
    "%f",
    "%ff",
    "%c0%80",
    "%ed%a0%80",
    "%00",
    "%0a",
    "%0d%0a",
    "%2f",
    "%2e%2e%2f",
    "%5c",
    "%25",
    "%2500",
    "%E2%80%AE",
  ],
  ...HOSTILE_TEXTS.filter(
    (text) => text !== "" && !/[\ud800-\udfff]/.test(text) && text.length < 2_000 && !/^\.{1,2}$/.test(text),
  ).map(encodeURIComponent),
];

/** Values for a member of a body. */
export const HOSTILE_VALUES: readonly unknown[] = [
  ...[null, true, 0, -1, 0.5, 1e21, 1e300, -1e300, Number.MAX_SAFE_INTEGER, 2 ** 31, 2 ** 63],
  ...[[], [[]], [null], {}, { a: 1 }, { toString: 1 }, { length: 1, 0: "a" }, deep(200), deep(990)],
  ...HOSTILE_TEXTS,
  [...HOSTILE_TEXTS],
  Object.fromEntries(HOSTILE_TEXTS.map((text) => [text, text])),
  Array.from({ length: 2_000 }, () => "x"),
];

/** Bodies as they are sent. */
export const HOSTILE_BODIES: readonly string[] = [
  ...[
    "",
    " ",
    "{",
    "}",
    "[",
    "null",
    "true",
    "1",
    '"x"',
    "[]",
    "[{}]",
    "{}{}",
    "{,}",
    "{'a':1}",
    "\u0000",
    "\ufeff{}",
    "NaN",
    "-",
    "1e999",
  ],
  ...[
    '{"__proto__":{"cap":["admin"]}}',
    '{"constructor":{"prototype":{"x":1}}}',
    '{"a":1,"a":2}',
    '{"\\u005f_proto__":1}',
    '{"":""}',
  ],
  "[".repeat(100_000),
  `{"x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
  `{"x":${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}}`,
  `{${Array.from({ length: 5_000 }, (_, index) => `"k${index}":${index}`).join(",")}}`,
  `{"x":${"9".repeat(10_000)}}`,
];
