/** Keys that one statement asks for at most. */
const MOST_KEYS = 1_000;

/**
 * Asks for many keys at once: one `load` is under way at a time, and what is asked meanwhile goes into the next. So
 * however many ask, they cost one statement at a time, and nobody waits for more than those before them.
 */
export const createBatched = <Value>(load: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>) => {
  let last: Promise<unknown> = Promise.resolve();
  let next: { keys: Set<string>; answers: Promise<ReadonlyMap<string, Value>> } | null = null;

  const begin = () => {
    const keys = new Set<string>();
    const answers = last.then(() => {
      if (next?.keys === keys) next = null;
      return load([...keys]);
    });
    last = answers.catch(() => {});
    return { keys, answers };
  };

  return async (key: string): Promise<Value | undefined> => {
    if (next === null || next.keys.size >= MOST_KEYS) next = begin();
    next.keys.add(key);
    return (await next.answers).get(key);
  };
};
