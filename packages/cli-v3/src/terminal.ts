import { redact } from "./terminal-text.js";

/** From the most talkative to the most silent. `log` and `info` are the same here. */
export const LOG_LEVELS = ["debug", "info", "log", "warn", "error", "none"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where a command writes. Only its result goes to standard output. */
export interface Terminal {
  /** The result. The only thing that may hold a token. */
  result(line: string): void;
  note(line: string): void;
  warn(line: string): void;
  error(line: string): void;
  debug(line: string): void;
}

/** Writes to the standard streams what `level` lets through. */
export function createTerminal(level: LogLevel): Terminal {
  const at = (needed: LogLevel) => (line: string) => {
    if (LOG_LEVELS.indexOf(needed) >= LOG_LEVELS.indexOf(level)) process.stderr.write(`${redact(line)}\n`);
  };
  return {
    result: (line) => void process.stdout.write(`${line}\n`),
    note: at("log"),
    warn: at("warn"),
    error: at("error"),
    debug: at("debug"),
  };
}
