/** Something that did not hold; its message is one sentence. */
export class DemoError extends Error {}

/** @throws {DemoError} saying what should have been, unless it is. */
export function expect(/** @type {unknown} */ holds, /** @type {string} */ sentence) {
  if (!holds) throw new DemoError(sentence);
}

const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/**
 * Sees to it that what was started is stopped once, however the demo ends; with a signal's own exit code where one
 * ended it.
 */
export function stopOnSignals() {
  let asked = false;
  /** @type {Promise<{ stop(): Promise<void> }>[]} */
  const held = [];
  /** @type {Promise<void> | undefined} */
  let finishing;
  const stopAll = async () => {
    for (const started of held.toReversed()) {
      const one = await started.catch(() => undefined);
      await one?.stop();
    }
  };
  const finish = () => (finishing ??= stopAll());
  const endWith = (/** @type {number} */ code) => {
    asked = true;
    process.exitCode = code;
    void finish().then(() => process.exit(code));
  };
  for (const [signal, code] of Object.entries(CODES)) process.on(signal, () => endWith(code));
  // Nobody reads on, as after `| head`.
  process.stdout.on("error", () => endWith(1));
  return {
    /** Whether the end came from outside. */
    get asked() {
      return asked;
    },
    /**
     * Remembers something that has to be stopped, from the moment it is being started.
     * @template {{ stop(): Promise<void> }} T
     * @param {Promise<T>} started
     */
    hold: (started) => {
      held.push(started);
      return started;
    },
    check: () => expect(!asked, "The demo was stopped."),
    finish,
  };
}
