const BARS = "▁▂▃▄▅▆▇█";

/** One character for each count, as high as it is beside the highest; `·` for none. */
export function sparkline(counts: readonly number[]): string {
  const highest = Math.max(...counts);
  return counts
    .map((count) => (count > 0 ? BARS.charAt(Math.max(0, Math.ceil((count / highest) * BARS.length) - 1)) : "·"))
    .join("");
}
