/**
 * Orders two versions of a worker: negative when `left` is older. `YYYYMMDD.N` and semantic versions (semver.org, 2.0.0,
 * with or without `v`) are ordered among themselves; null when the two cannot be compared.
 */
export function compareVersions(left: string, right: string): number | null {
  if (left === right) return 0;
  const dates = [parseDated(left), parseDated(right)] as const;
  if (dates[0] !== null && dates[1] !== null) return compareNumbers(dates[0], dates[1]);
  if (dates[0] !== null || dates[1] !== null) return null;
  const [one, other] = [parseSemver(left), parseSemver(right)];
  if (one === null || other === null) return null;
  const release = compareNumbers(one.release, other.release);
  return release === 0 ? comparePrereleases(one.prerelease, other.prerelease) : release;
}

function parseDated(version: string): bigint[] | null {
  const found = /^(\d{8})\.(\d{1,10})$/.exec(version);
  return found === null ? null : found.slice(1).map(BigInt);
}

function parseSemver(version: string): { release: bigint[]; prerelease: string[] } | null {
  if (version.length > 128) return null;
  const found = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(version);
  if (found === null) return null;
  const release = found.slice(1, 4).map((part: string | undefined) => BigInt(part ?? 0));
  return { release, prerelease: found[4]?.split(".") ?? [] };
}

function compareNumbers(left: readonly bigint[], right: readonly bigint[]): number {
  for (const [index, number] of left.entries()) {
    const other = right[index] ?? 0n;
    if (number !== other) return number < other ? -1 : 1;
  }
  return 0;
}

/** semver.org, item 11: a release comes after its prereleases, numbers before words, the longer list after. */
function comparePrereleases(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return Math.sign(right.length - left.length);
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [one, other] = [left[index], right[index]];
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    const order = compareIdentifiers(one, other);
    if (order !== 0) return order;
  }
  return 0;
}

function compareIdentifiers(one: string, other: string): number {
  if (one === other) return 0;
  const [isNumber, otherIsNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (isNumber && otherIsNumber) return compareNumbers([BigInt(one)], [BigInt(other)]);
  if (isNumber !== otherIsNumber) return isNumber ? -1 : 1;
  return one < other ? -1 : 1;
}
