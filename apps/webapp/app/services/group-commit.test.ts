import { describe, expect, it } from "vitest";
import { createGroupCommit } from "./group-commit.js";

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("a group commit", () => {
  it("writes what arrives in one turn at once, and answers each with its own result", async () => {
    const batches: number[][] = [];
    const write = createGroupCommit(async (items: readonly number[]) => {
      batches.push([...items]);
      return items.map((item) => item * 10);
    });
    expect(await Promise.all([1, 2, 3].map(write))).toEqual([10, 20, 30]);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it("gathers what arrives while a write is under way, and answers nobody before their write", async () => {
    const batches: number[][] = [];
    const releases: (() => void)[] = [];
    const write = createGroupCommit(async (items: readonly number[]) => {
      batches.push([...items]);
      await new Promise<void>((resolve) => releases.push(resolve));
      return [...items];
    });
    const answered: number[] = [];
    const ask = (item: number) => write(item).then((result) => answered.push(result));
    const first = ask(1);
    await turn();
    const rest = [ask(2), ask(3)];
    await turn();
    expect({ batches, answered }).toEqual({ batches: [[1]], answered: [] });
    releases.shift()?.();
    await first;
    await turn();
    expect({ batches, answered }).toEqual({ batches: [[1], [2, 3]], answered: [1] });
    releases.shift()?.();
    await Promise.all(rest);
    expect(answered).toEqual([1, 2, 3]);
  });

  it("fails the item at fault and none beside it", async () => {
    const write = createGroupCommit(async (items: readonly string[]) => {
      if (items.includes("bad")) throw new Error("bad");
      return [...items];
    });
    const settled = await Promise.allSettled(["a", "bad", "b"].map(write));
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });
});
