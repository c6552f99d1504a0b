import { median } from "../compare.js";
import type { RunsWorld } from "./world.js";

/** The same with few runs that are over and with many, each on a server of its own. */
export interface Sizes {
  small: RunsWorld;
  large: RunsWorld;
}

/** Medians of what is measured of each in turn, so that whatever else the machine does hits both. */
export async function measureInTurn(
  { small, large }: Sizes,
  rounds: number,
  measure: (world: RunsWorld) => Promise<number>,
): Promise<{ ours: number; yardstick: number }> {
  const [ofSmall, ofLarge]: [number[], number[]] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    const [yardstick, ours] = [await measure(small), await measure(large)];
    // The first round warms both up.
    if (round === 0) continue;
    ofSmall.push(yardstick);
    ofLarge.push(ours);
  }
  return { ours: median(ofLarge), yardstick: median(ofSmall) };
}
