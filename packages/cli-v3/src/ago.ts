const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
] as const;

/** How long before `now` that was, in the largest unit that fits: `3 h`, `12 min`; `now` for less than a minute. */
export function ago(at: string, now: number): string {
  const passed = now - Date.parse(at);
  const [unit, length] = UNITS.find(([, milliseconds]) => passed >= milliseconds) ?? [];
  return unit === undefined || length === undefined ? "now" : `${Math.floor(passed / length)} ${unit}`;
}
