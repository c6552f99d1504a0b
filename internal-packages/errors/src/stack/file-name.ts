const EXTENSION = /\.(?:d\.)?(?:[cm]?[jt]sx?|min\.js|map|vue|svelte|bundle)$/i;
/** What bundlers put behind the hash: `main.3f2a1b9c.chunk.js`, `page_3f2a1b9c._.js`. */
const BEHIND_HASH = /\.(?:min|chunk|entry|_)$/;
const KNOWN_HASH_LENGTHS = new Set([8, 10, 12, 16, 20, 32, 40]);

/** What stays of a path over deploys: the base name, without query, extension and a bundler's content hash. */
export function stableFileName(path: string): { name: string; hashed: boolean } {
  let base = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  const query = base.search(/[?#]/);
  if (query > 0) base = base.slice(0, query);
  base = base.replace(EXTENSION, "").replace(BEHIND_HASH, "");
  return withoutHash(base);
}

/** Bundlers write `name-HASH`, `name.HASH`, `name_HASH`, or the hash alone; rollup's may hold `-` and `_` itself. */
function withoutHash(base: string): { name: string; hashed: boolean } {
  const url64 = base.length > 9 ? base.slice(-8) : "";
  if (url64 !== "" && /[-._]/.test(base.charAt(base.length - 9)) && /[-_]/.test(url64) && isMixed(url64)) {
    return { name: base.slice(0, -9), hashed: true };
  }
  // A chunk that has a number for a name.
  if (/^\d+$/.test(base)) return { name: "", hashed: true };
  const cut = Math.max(base.lastIndexOf("-"), base.lastIndexOf("."), base.lastIndexOf("_"));
  if (!isHash(base.slice(cut + 1))) return { name: base, hashed: false };
  return { name: cut > 0 ? base.slice(0, cut) : "", hashed: true };
}

const isMixed = (text: string): boolean => /\d/.test(text) && /[A-Z]/.test(text) && /[a-z]/.test(text);

function isHash(text: string): boolean {
  if (!/^[A-Za-z0-9]{6,64}$/.test(text)) return false;
  if (/^\d+$/.test(text)) return true;
  if (/^[0-9a-f]+$/.test(text)) return /\d/.test(text) || text.length > 8;
  if (!KNOWN_HASH_LENGTHS.has(text.length)) return isMixed(text);
  if (/^[A-Z0-9]+$/.test(text)) return true;
  return (
    /\d[A-Za-z]+\d|\d[A-Za-z]{2,}$|^\d/.test(text) ||
    /[A-Z]{2}[a-z]+[A-Z]|[a-z][A-Z]{2,}[a-z]|[A-Z]{2}[a-z]{1,3}$/.test(text)
  );
}
