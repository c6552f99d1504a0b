import { oneLine } from "./terminal-text.js";

/** A line on standard error that changes while one waits. */
export interface Progress {
  say(text: string): void;
  /** Takes the line away. */
  end(): void;
}

const CLEAR_LINE = "\r\u001B[2K";

/** Starts one. It is not there when standard error is no terminal. */
export function startProgress(startedAt: number = Date.now()): Progress {
  const write = (text: string): void => {
    if (process.stderr.isTTY) process.stderr.write(text);
  };
  return {
    say: (text) => write(`${CLEAR_LINE}${oneLine(text)} ${Math.floor((Date.now() - startedAt) / 1000)} s`),
    end: () => write(CLEAR_LINE),
  };
}
