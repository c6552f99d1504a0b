/** Writes many at a time; answers for each item, in order. */
type WriteAll<Item, Result> = (items: readonly Item[]) => Promise<Result[]>;

/** Items of one write. */
export const MOST_AT_ONCE = 200;

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

export interface GroupCommitSettings {
  /**
   * The next write leaves once the answers to the last are worked on, with what that brought: fewer and larger writes,
   * for what costs the database little beside its answers' cost here. Else it leaves before them, and the database
   * never waits.
   */
  gathers?: boolean;
}

/**
 * Group commit: what arrives while a write is under way goes into the next one, so that under load one statement and
 * one flush to disk serve many requests, and an idle server waits for nobody. No item is answered before it is durable.
 * Items of a write that fails are tried one by one, so that none fails for another's fault.
 */
export function createGroupCommit<Item, Result>(
  writeAll: WriteAll<Item, Result>,
  { gathers = false }: GroupCommitSettings = {},
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let isWriting = false;

  const settle = async (batch: readonly Waiting<Item, Result>[], whenWritten?: () => void): Promise<void> => {
    try {
      const results = await writeAll(batch.map(({ item }) => item));
      if (results.length !== batch.length) throw new Error(`${results.length} results for ${batch.length} items`);
      whenWritten?.();
      results.forEach((result, index) => batch[index]?.resolve(result));
    } catch (error) {
      if (batch.length > 1) for (const one of batch) await settle([one]);
      else for (const { reject } of batch) reject(error);
      whenWritten?.();
    }
  };

  const writeNext = (): void => {
    const batch = waiting.slice(0, MOST_AT_ONCE);
    waiting = waiting.slice(MOST_AT_ONCE);
    isWriting = batch.length > 0;
    if (isWriting) void settle(batch, gathers ? writeSoon : writeNext);
  };

  /** After all that the turn's other requests and answers bring. */
  const writeSoon = () => setImmediate(writeNext);

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (isWriting) return;
      isWriting = true;
      writeSoon();
    });
}

/** The same, each kind of items by itself: a write holds items of one key alone, and keys do not wait for each other. */
export function createGroupCommitBy<Item, Result>(
  keyOf: (item: Item) => string,
  writeAll: WriteAll<Item, Result>,
): (item: Item) => Promise<Result> {
  const lanes = new Map<string, { write: (item: Item) => Promise<Result>; underWay: number }>();
  return async (item) => {
    const key = keyOf(item);
    const lane = lanes.get(key) ?? { write: createGroupCommit(writeAll), underWay: 0 };
    lanes.set(key, lane);
    lane.underWay++;
    try {
      return await lane.write(item);
    } finally {
      lane.underWay--;
      if (lane.underWay === 0) lanes.delete(key);
    }
  };
}
