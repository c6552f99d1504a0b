/** Draws what differs between two occurrences of one cause; the same seed draws the same. */
export interface Variation {
  int(min: number, max: number): number;
  pick<T>(choices: readonly T[]): T;
  hex(length: number): string;
  /** `prefix_` and 24 or fewer letters and digits. */
  id(prefix: string): string;
  uuid(): string;
  slug(): string;
  name(): string;
  email(): string;
  host(): string;
  url(): string;
  address(): string;
  port(): number;
  path(): string;
  duration(): string;
  size(): string;
  date(): string;
  jwt(): string;
}

const ALPHANUMERIC = "0123456789abcdefghijklmnopqrstuvwxyz";
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const NAMES = ["Ada Lovelace", "Grace Hopper", "Alan Turing", "Edsger Dijkstra", "Barbara Liskov", "Ken Thompson"];
const LABELS = ["db", "cache", "queue", "mail", "api", "files", "auth", "search"];
const DOMAINS = ["example.com", "acme.io", "prod.internal", "example.org", "svc.cluster.local", "shop.co"];
const FOLDERS = ["tmp", "var", "data", "uploads", "srv", "mnt", "home", "exports"];
const EXTENSIONS = ["csv", "json", "pdf", "txt", "xml", "parquet"];

/** A generator of values: mulberry32. */
export function createVariation(seed: number): Variation {
  let state = (seed * 0x9e3779b1) >>> 0;
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (min: number, max: number): number => min + Math.floor(random() * (max - min + 1));
  const pick = <T>(choices: readonly T[]): T => {
    const choice = choices[int(0, choices.length - 1)];
    if (choice === undefined) throw new RangeError("Nothing to pick from");
    return choice;
  };
  const text = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet.charAt(int(0, alphabet.length - 1))).join("");
  const hex = (length: number): string => text("0123456789abcdef", length);
  const uuid = (): string => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  const slug = (): string => `${pick(LABELS)}-${pick(LABELS)}-${int(2, 9_999)}`;
  const host = (): string => `${pick(LABELS)}${pick(["", "-1", "-eu", "2"])}.${pick(DOMAINS)}`;
  const date = (): string => {
    const at = new Date(1_750_000_000_000 + int(0, 40_000_000_000));
    return pick([
      at.toISOString(),
      at.toUTCString(),
      at.toISOString().slice(0, 10),
      String(at.getTime()),
      at.toString(),
    ]);
  };
  return {
    int,
    pick,
    hex,
    uuid,
    slug,
    host,
    date,
    id: (prefix) => `${prefix}_${text(ALPHANUMERIC, pick([12, 16, 24]))}`,
    name: () => pick(NAMES),
    email: () => `${pick(LABELS)}.${hex(3)}+${int(1, 99)}@${pick(DOMAINS)}`,
    url: () =>
      `https://${host()}${pick(["", `:${int(1_024, 65_000)}`])}/v1/${pick(LABELS)}/${uuid()}?page=${int(1, 50)}`,
    address: () => pick([`10.${int(0, 255)}.${int(0, 255)}.${int(1, 254)}`, "127.0.0.1", "::1", host()]),
    port: () => int(1_024, 65_000),
    path: () =>
      pick([
        `/${pick(FOLDERS)}/${pick(FOLDERS)}/${slug()}.${pick(EXTENSIONS)}`,
        `/home/${pick(LABELS)}/build-${int(1, 999)}/${hex(7)}.${pick(EXTENSIONS)}`,
        `C:\\Users\\${pick(LABELS)}\\AppData\\${hex(5)}.${pick(EXTENSIONS)}`,
      ]),
    duration: () =>
      pick([`${int(20, 90_000)}ms`, `${int(2, 90)} seconds`, `${int(2, 50)}.${int(1, 9)}s`, `${int(20, 9_000)} ms`]),
    size: () =>
      pick([
        `${int(2, 900)} MB`,
        `${int(2, 900)}KiB`,
        `${int(1_000, 90_000_000)} bytes`,
        `${int(1, 9)}.${int(1, 9)} GB`,
      ]),
    jwt: () => `eyJhbGciOiJIUzI1NiJ9.${text(BASE64URL, 60)}.${text(BASE64URL, 43)}`,
  };
}
