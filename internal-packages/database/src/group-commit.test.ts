import { describe, expect, it } from "vitest";
import { createGroupCommit, createGroupCommitBy } from "./group-commit.js";

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

  it.each([
    [false, ["write 1", "write 2", "answer 1", "write 3", "answer 2", "answer 3"]],
    [true, ["write 1", "answer 1", "write 2,3", "answer 2", "answer 3"]],
  ])(
    "begins the next write before the answers to the last, or with what they brought where it gathers (%s)",
    async (gathers, expected) => {
      const order: string[] = [];
      const releases: (() => void)[] = [];
      const write = createGroupCommit(
        async (items: readonly number[]) => {
          order.push(`write ${items.join()}`);
          await new Promise<void>((resolve) => releases.push(resolve));
          return [...items];
        },
        { gathers },
      );
      const ask = (item: number) => write(item).then((result) => order.push(`answer ${result}`));
      const asked = [ask(1).then(() => ask(3))];
      await turn();
      asked.push(ask(2));
      for (let left = 3; left > 0; left--) {
        releases.shift()?.();
        await turn();
      }
      await Promise.all(asked);
      expect(order).toEqual(expected);
    },
  );

  it("goes on after a write that failed", async () => {
    const write = createGroupCommit(async (items: readonly number[]) => {
      if (items.includes(0)) throw new Error("bad");
      return [...items];
    });
    const failed = write(0).catch(String);
    await turn();
    expect([await failed, await write(1), await write(2)]).toEqual(["Error: bad", 1, 2]);
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

describe("a group commit by key", () => {
  it("writes those of one key at once, and lets no key wait for another", async () => {
    const batches: string[][] = [];
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const write = createGroupCommitBy(
      (item: string) => item.slice(0, 1),
      async (items) => {
        batches.push([...items]);
        if (items[0] === "a1") await held;
        return items.map((item) => item.toUpperCase());
      },
    );
    const waiting = [write("a1"), write("a2")];
    expect(await Promise.all([write("b1"), write("b2")])).toEqual(["B1", "B2"]);
    release?.();
    expect(await Promise.all(waiting)).toEqual(["A1", "A2"]);
    expect(batches).toEqual([
      ["a1", "a2"],
      ["b1", "b2"],
    ]);
  });
});
