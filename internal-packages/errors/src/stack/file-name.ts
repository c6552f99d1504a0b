const EXTENSIONS: ReadonlySet<string> = new Set(
  ["", "c", "m"].flatMap((kind) => ["js", "ts", "jsx", "tsx"].map((language) => kind + language)),
);
const OTHER_EXTENSIONS: ReadonlySet<string> = new Set(["map", "vue", "svelte", "bundle"]);
/** What bundlers put behind the hash: `main.3f2a1b9c.chunk.js`, `page_3f2a1b9c._.js`. */
const BEHIND_HASH: ReadonlySet<string> = new Set(["min", "chunk", "entry", "_"]);
const KNOWN_HASH_LENGTHS: ReadonlySet<number> = new Set([8, 10, 12, 16, 20, 32, 40]);

/** What stays of a path over deploys: the base name, without query, extension and a bundler's content hash. */
export function stableFileName(path: string): { name: string; hashed: boolean } {
  const base = withoutExtension(withoutQuery(path.slice(lastOf(path, isSlash) + 1)));
  const dot = lastOf(base, isDot);
  return withoutHash(dot >= 0 && BEHIND_HASH.has(base.slice(dot + 1)) ? base.slice(0, dot) : base);
}

/** Where the last character of a kind stands, or -1; the names are short, and `lastIndexOf` slow to call. */
function lastOf(text: string, isWanted: (code: number) => boolean): number {
  let index = text.length - 1;
  while (index >= 0 && !isWanted(text.charCodeAt(index))) index -= 1;
  return index;
}

const isDot = (code: number): boolean => code === 46;
const isSlash = (code: number): boolean => code === 47 || code === 92;
/** `-`, `.` and `_` */
const isBeforeHash = (code: number): boolean => code === 45 || code === 46 || code === 95;

function withoutQuery(base: string): string {
  const [query, fragment] = [base.indexOf("?"), base.indexOf("#")];
  const first = query < 0 ? fragment : fragment < 0 ? query : Math.min(query, fragment);
  return first > 0 ? base.slice(0, first) : base;
}

/** `.ts`, `.d.ts`, `.min.js` and the like. */
function withoutExtension(base: string): string {
  let end = lastOf(base, isDot);
  if (end < 0) return base;
  const extension = base.slice(end + 1).toLowerCase();
  if (!EXTENSIONS.has(extension) && !OTHER_EXTENSIONS.has(extension)) return base;
  if (extension === "js" && endsIn(base, end, ".min")) end -= ".min".length;
  if (endsIn(base, end, ".d")) end -= ".d".length;
  return base.slice(0, end);
}

const endsIn = (base: string, end: number, label: string): boolean =>
  end >= label.length && base.slice(end - label.length, end).toLowerCase() === label;

/** Bundlers write `name-HASH`, `name.HASH`, `name_HASH`, or the hash alone; rollup's may hold `-` and `_` itself. */
function withoutHash(base: string): { name: string; hashed: boolean } {
  if (base.length > 9 && isBeforeHash(base.charCodeAt(base.length - 9))) {
    const url64 = base.slice(-8);
    if (/[-_]/.test(url64) && isMixed(lettersOf(url64))) return { name: base.slice(0, -9), hashed: true };
  }
  // A chunk that has a number for a name.
  if (/^\d+$/.test(base)) return { name: "", hashed: true };
  const cut = lastOf(base, isBeforeHash);
  if (!isHash(base.slice(cut + 1))) return { name: base, hashed: false };
  return { name: cut > 0 ? base.slice(0, cut) : "", hashed: true };
}

/** How many there are of each; `others` are no letters or digits, `beyondHex` no hexadecimal ones in lower case. */
interface Letters {
  digits: number;
  lower: number;
  upper: number;
  beyondHex: number;
  others: number;
}

function lettersOf(text: string): Letters {
  const found: Letters = { digits: 0, lower: 0, upper: 0, beyondHex: 0, others: 0 };
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) found.digits += 1;
    else if (code >= 97 && code <= 122) {
      found.lower += 1;
      if (code > 102) found.beyondHex += 1;
    } else if (code >= 65 && code <= 90) {
      found.upper += 1;
      found.beyondHex += 1;
    } else found.others += 1;
  }
  return found;
}

const isMixed = ({ digits, upper, lower }: Letters): boolean => digits > 0 && upper > 0 && lower > 0;

function isHash(text: string): boolean {
  if (text.length < 6 || text.length > 64) return false;
  const letters = lettersOf(text);
  const { digits, lower, upper, beyondHex, others } = letters;
  if (others > 0) return false;
  if (digits === text.length) return true;
  if (beyondHex === 0) return digits > 0 || text.length > 8;
  if (!KNOWN_HASH_LENGTHS.has(text.length)) return isMixed(letters);
  if (lower === 0) return true;
  return (
    (digits > 0 && /\d[A-Za-z]+\d|\d[A-Za-z]{2,}$|^\d/.test(text)) ||
    (upper > 1 && /[A-Z]{2}[a-z]+[A-Z]|[a-z][A-Z]{2,}[a-z]|[A-Z]{2}[a-z]{1,3}$/.test(text))
  );
}
