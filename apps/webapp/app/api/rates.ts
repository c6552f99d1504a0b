import type { Pool } from "pg";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { addressKey } from "./address-key.js";
import { tooManyRequests } from "./errors.js";

/** Requests per minute (docs/hosting.md). Windows are fixed and start with the first request in them. */
export const RATES = {
  mint: { points: 120, duration: 60, per: "PAT" },
  exchange: { points: 1200, duration: 60, per: "token" },
  failedAuthentication: { points: 100, duration: 60, per: "address" },
  authorizationCode: { points: 30, duration: 60, per: "address" },
  signIn: { points: 20, duration: 60, per: "address" },
} as const;

export type RateName = keyof typeof RATES;

export interface Rates {
  enabled: boolean;
  /**
   * Takes one of `points` (those of `RATES` unless given). Throws a 429 `AppError` with `Retry-After` and
   * `x-ratelimit-reset` (epoch ms) once none is left.
   */
  take(name: RateName, key: string, points?: number): Promise<void>;
  /** Whether `take` was refused in this process for this key, and would be now; asks no database. */
  isExhausted(name: RateName, key: string): boolean;
}

const MOST_EXHAUSTED = 10_000;

const keyFor = (name: RateName, key: string): string => (RATES[name].per === "address" ? addressKey(key) : key);

/** They hold nothing that is not in the database but whom to refuse without asking it. */
const MOST_LIMITERS = 1000;

const rateLimited = (name: RateName, points: number, waitMs: number) =>
  tooManyRequests(`More than ${points} a minute for one ${RATES[name].per}. Wait and try again.`, waitMs, {
    headers: { "x-ratelimit-limit": String(points), "x-ratelimit-remaining": "0" },
  });

/** Counters in PostgreSQL, so that all processes share them; a key over its limit is refused from memory. */
export function createRates(pool: Pool, enabled: boolean): Rates {
  const limiters = new Map<string, RateLimiterPostgres>();
  const forget = () => {
    for (const key of limiters.keys()) if (limiters.size >= MOST_LIMITERS) limiters.delete(key);
  };
  const limiter = (name: RateName, points: number) => {
    const known = limiters.get(`${name} ${points}`);
    if (known) return known;
    const { duration } = RATES[name];
    forget();
    const made = new RateLimiterPostgres({
      storeClient: pool,
      storeType: "pool",
      tableName: "rate_limit",
      tableCreated: true,
      keyPrefix: name,
      points,
      duration,
      inMemoryBlockOnConsumed: points + 1,
      // One sweep is enough for all of a name.
      clearExpiredByTimeout: points === RATES[name].points,
    });
    limiters.set(`${name} ${points}`, made);
    return made;
  };
  const exhausted = new Map<string, number>();
  const noteExhausted = (name: RateName, key: string, until: number) => {
    exhausted.delete(`${name} ${key}`);
    exhausted.set(`${name} ${key}`, until);
    for (const oldest of exhausted.keys()) {
      if (exhausted.size <= MOST_EXHAUSTED) break;
      exhausted.delete(oldest);
    }
  };
  return {
    enabled,
    isExhausted: (name, key) => exhausted.size > 0 && (exhausted.get(`${name} ${keyFor(name, key)}`) ?? 0) > Date.now(),
    async take(name, key, points = RATES[name].points) {
      if (!enabled) return;
      const counted = keyFor(name, key);
      try {
        await limiter(name, points).consume(counted, 1);
      } catch (thrown) {
        if (!(thrown instanceof RateLimiterRes)) throw thrown;
        noteExhausted(name, counted, Date.now() + thrown.msBeforeNext);
        throw rateLimited(name, points, thrown.msBeforeNext);
      }
    },
  };
}
