import { drive, type Target } from "./load.js";

export interface Comparison {
  name: string;
  ours: number;
  yardstick: number;
  ratio: number;
  /** The least that the ratio should be. */
  atLeast: number;
}

/** The upper one of an even number. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** By nearest rank. */
export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN;

const ROUNDS = 3;
const SECONDS = 4;

/** Drives ours and the yardstick in turn, so that whatever else the machine does hits both; medians of three rounds. */
export async function compare(name: string, ours: Target, yardstick: Target, atLeast: number): Promise<Comparison> {
  await drive(ours, 2);
  await drive(yardstick, 1);
  const rounds: { ours: number; yardstick: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const floor = await drive(yardstick, SECONDS);
    const own = await drive(ours, SECONDS);
    rounds.push({ ours: own.requestsPerSecond, yardstick: floor.requestsPerSecond });
  }
  return {
    name,
    ours: median(rounds.map((round) => round.ours)),
    yardstick: median(rounds.map((round) => round.yardstick)),
    ratio: median(rounds.map((round) => round.ours / round.yardstick)),
    atLeast,
  };
}
