import { expect, it } from "vitest";
import { createBatched } from "./batched.js";

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A `load` that waits to be let go; a key is answered with its upper case, a lower-case `x` with nothing. */
function createLoad() {
  const batches: { keys: readonly string[]; answer(): void; fail(): void }[] = [];
  const load = (keys: readonly string[]) =>
    new Promise<ReadonlyMap<string, string>>((resolve, reject) => {
      const found = new Map(keys.filter((key) => key !== "x").map((key) => [key, key.toUpperCase()]));
      batches.push({ keys, answer: () => resolve(found), fail: () => reject(new Error("gone")) });
    });
  return { batches, load };
}

it("asks for what comes while it waits in one go, each key once", async () => {
  const { batches, load } = createLoad();
  const ask = createBatched(load);
  const first = ask("a");
  await settled();
  const later = Promise.all(["b", "x", "b", "c"].map(ask));
  await settled();
  expect(batches.map(({ keys }) => keys)).toEqual([["a"]]);
  batches[0]?.answer();
  expect(await first).toBe("A");
  await settled();
  expect(batches.map(({ keys }) => keys)).toEqual([["a"], ["b", "x", "c"]]);
  batches[1]?.answer();
  expect(await later).toEqual(["B", undefined, "B", "C"]);
});

it("asks for a thousand at most at once, in their order", async () => {
  const { batches, load } = createLoad();
  const ask = createBatched(load);
  const answers = Promise.all(Array.from({ length: 2_500 }, (_, index) => ask(`k${index}`)));
  for (const [index, size] of [1_000, 1_000, 500].entries()) {
    await settled();
    expect(batches).toHaveLength(index + 1);
    expect(batches[index]?.keys).toHaveLength(size);
    batches[index]?.answer();
  }
  expect((await answers)[2_499]).toBe("K2499");
});

it("fails those who asked when the database does, and none after them", async () => {
  const { batches, load } = createLoad();
  const ask = createBatched(load);
  const failing = ask("a");
  await settled();
  const next = ask("b");
  batches[0]?.fail();
  await expect(failing).rejects.toThrow("gone");
  await settled();
  batches[1]?.answer();
  expect(await next).toBe("B");
});
