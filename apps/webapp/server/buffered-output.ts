import { write, writeSync } from "node:fs";

/** Lines for a file descriptor, written many at a time. */
export interface BufferedOutput {
  write(line: string): void;
  /** Writes what waits, as long as somebody reads it. Nothing is written after that. */
  end(): void;
}

/** In characters: what is written as soon as it has come together, and what waits at most. */
const AT_ONCE = 65_536;
const MOST_WAITING = 16_777_216;
const EVERY_MS = 100;
/** How long the end waits for a reader that is behind. */
const END_WITHIN_MS = 1_000;

const NOTHING = Buffer.alloc(0);

const isBehind = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "EAGAIN" || error.code === "EBUSY");

const sleep = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/**
 * Never throws, and does not wait for ever: a reader that is behind is tried again; one that is gone (EPIPE), or a disk
 * that is full, costs the lines. pino's own destination (sonic-boom 4) would try such lines again for ever as it ends.
 */
export function createBufferedOutput(fd: number): BufferedOutput {
  let waiting = "";
  /** What was not written at the first go. */
  let rest: Buffer = NOTHING;
  let isWriting = false;
  let isOver = false;

  const writeNext = () => {
    if (isWriting || isOver || (rest.length === 0 && waiting === "")) return;
    if (rest.length === 0) {
      rest = Buffer.from(waiting);
      waiting = "";
    }
    isWriting = true;
    write(fd, rest, (error, written) => {
      isWriting = false;
      if (error && !isBehind(error)) return giveUp();
      // One that is behind is tried at the next tick of the clock.
      if (error) return;
      rest = rest.subarray(written);
      if (rest.length > 0 || waiting.length >= AT_ONCE) writeNext();
    });
  };
  const timer = setInterval(writeNext, EVERY_MS);
  timer.unref();
  const giveUp = () => {
    isOver = true;
    waiting = "";
    rest = NOTHING;
    clearInterval(timer);
  };

  return {
    write(line) {
      if (isOver || waiting.length > MOST_WAITING) return;
      waiting += line;
      if (waiting.length >= AT_ONCE) writeNext();
    },
    end() {
      // What is being written is the operating system's by now.
      let bytes = Buffer.concat([isWriting ? NOTHING : rest, Buffer.from(waiting)]);
      giveUp();
      const deadline = Date.now() + END_WITHIN_MS;
      while (bytes.length > 0 && Date.now() < deadline) {
        try {
          bytes = bytes.subarray(writeSync(fd, bytes));
        } catch (error) {
          if (!isBehind(error)) return;
          sleep(10);
        }
      }
    },
  };
}
