import type { Comparison } from "./compare.js";

const round = (value: number, digits = 0): string => value.toFixed(digits);
const line = (name: string, figures: string, verdict: string) =>
  process.stdout.write(`${name.padEnd(32)} ${figures.padEnd(56)} ${verdict}\n`);

/** A share of the yardstick's requests per second that should not be less. */
export function printAtLeast({ name, ours, yardstick, ratio, atLeast }: Comparison): void {
  const figures = `${round(ours)} req/s, yardstick ${round(yardstick)} req/s, ratio ${round(ratio, 2)}`;
  line(name, figures, ratio >= atLeast ? `ok (>= ${atLeast})` : `MISSED (>= ${atLeast})`);
}

/** A figure that should not be more: than `atMost` itself, or than that share of a yardstick. */
export function printAtMost(figure: {
  name: string;
  unit: string;
  digits?: number;
  ours: number;
  yardstick?: number;
  atMost: number;
}): void {
  const { name, unit, digits = 0, ours, yardstick, atMost } = figure;
  const value = yardstick === undefined ? ours : ours / yardstick;
  const beside =
    yardstick === undefined ? "" : `, yardstick ${round(yardstick, digits)} ${unit}, ratio ${round(value, 2)}`;
  line(
    name,
    `${round(ours, digits)} ${unit}${beside}`,
    value <= atMost ? `ok (<= ${atMost})` : `MISSED (<= ${atMost})`,
  );
}

/** A figure that should be at least `atLeast` itself; the yardstick only stands beside it. */
export function printAbsolute(figure: {
  name: string;
  unit: string;
  ours: number;
  yardstick: number;
  atLeast: number;
}): void {
  const { name, unit, ours, yardstick, atLeast } = figure;
  const beside = `yardstick ${round(yardstick)} ${unit}, ratio ${round(ours / yardstick, 2)}`;
  line(name, `${round(ours)} ${unit}, ${beside}`, ours >= atLeast ? `ok (>= ${atLeast})` : `MISSED (>= ${atLeast})`);
}
