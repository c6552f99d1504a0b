import { fingerprintOf, type TaskError } from "@trigger.dev/errors";

/** A failure as a worker sends it: a class, a message with a value in it, ten frames. */
export function errorOf(cause: number, turn: number): TaskError {
  const name = `Cause${letters(cause)}Error`;
  const message = `Order ${1_000_000 + turn} of customer cus_${turn.toString(36)}9x was refused after ${turn % 900} ms`;
  const frames = Array.from(
    { length: 10 },
    (_, depth) =>
      `    at step${letters(cause)}${letters(depth)} (file:///app/src/billing/${letters(depth)}.ts:${depth + 7}:11)`,
  );
  return { type: "BUILT_IN_ERROR", name, message, stackTrace: [`${name}: ${message}`, ...frames].join("\n") };
}

/** A number in letters, as digits are what grouping leaves out. */
const letters = (value: number): string =>
  [...value.toString(26)].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26))).join("");

/** One of `causes`, the first ones far more often than the last (Zipf's law), the same in every run of the bench. */
export const skewed = (turn: number, causes: number): number => {
  const chance = ((turn * 2_654_435_761) % 4_294_967_296) / 4_294_967_296;
  return Math.min(causes - 1, Math.floor(causes ** chance) - 1);
};

/** A cause of one task in one environment, with what the engine would store of it. */
export const causeIn = (environmentId: string, taskIdentifier: string, cause: number) => {
  const error = errorOf(cause, cause);
  return { error, fingerprint: fingerprintOf({ environmentId, taskIdentifier, error }).fingerprint };
};
