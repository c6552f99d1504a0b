import { type DestinationStream, type Logger, pino } from "pino";
import { scrub } from "../app/api/scrub.js";
import { type BufferedOutput, createBufferedOutput } from "./buffered-output.js";
import type { Config } from "./config.js";

export { scrub };

const REDACTED_KEYS = ["authorization", "cookie", "password", "secret", "token", "apiKey", "personalAccessToken"];

/** The one logger of a process: JSON lines on standard output. */
export function createLog(
  level: Config["logLevel"],
  destination: DestinationStream = pino.destination({ dest: 1, sync: true }),
): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: REDACTED_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: "[redacted]" },
      hooks: { streamWrite: scrub },
    },
    destination,
  );
}

/** A request that was answered. */
export interface Access {
  method: string;
  /** The route's pattern. */
  route: string;
  status: number;
  ms: number;
  requestId: string;
}

const INFO = pino.levels.values["info"] ?? 30;

/**
 * The log of requests: a line each, of a fixed set of fields that hold no secret, written many at a time.
 * Apart from the other one, whose lines it looks like: to look through every line for secrets costs as much as to
 * answer, and to have pino put together such a line, a twelfth of a mint.
 */
export function createAccessLog(
  level: Config["logLevel"],
  output: BufferedOutput = createBufferedOutput(1),
): (access: Access) => void {
  process.once("exit", () => output.end());
  if ((pino.levels.values[level] ?? Infinity) > INFO) return () => {};
  return ({ method, route, status, ms, requestId }) =>
    output.write(
      `{"level":${INFO},"time":"${new Date().toISOString()}","pid":${process.pid},"method":${JSON.stringify(method)},` +
        `"route":${JSON.stringify(route)},"status":${status},"ms":${Math.round(ms)},"requestId":"${requestId}","msg":"request"}\n`,
    );
}
