import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { RefusalReason } from "@trigger.dev/plugins/rbac";
import { tooManyRequests } from "./errors.js";

/**
 * What keeps a flood of bad tokens from slowing good ones down. It never decides that a credential is good: that is
 * asked of the database on every request.
 */
export interface Door {
  /**
   * Called for an address that failed too often: lets a token that was good here a moment ago pass at once, and
   * anything else at a pace that leaves the process and the database room.
   * @throws AppError 429 when too much waits already
   */
  turn(token: string | null): Promise<void>;
  /** Why a token was refused seconds ago, where that can not have changed. */
  refusedBefore(token: string): RefusalReason | null;
  passed(token: string, isFlooded: boolean): void;
  failed(token: string, reason: RefusalReason): void;
}

const PER_SECOND = 500;
const MOST_WAITING_MS = 2_000;
const MOST_KNOWN = 10_000;
const GOOD_FOR_MS = 600_000;
const BAD_FOR_MS = 5_000;
/** No token gets out of these: an id is never given twice, and nothing is un-revoked. */
const FINAL: ReadonlySet<string> = new Set(["unknown", "revoked", "parent_revoked"] satisfies RefusalReason[]);

const digest = (token: string): string => createHash("sha256").update(token).digest("base64");

/** At most so many entries, the oldest going first. */
function remember<Value>(known: Map<string, Value>, key: string, value: Value): void {
  known.delete(key);
  known.set(key, value);
  for (const oldest of known.keys())
    if (known.size > MOST_KNOWN) known.delete(oldest);
    else break;
}

const tooMany = () =>
  tooManyRequests("Too many failed authentications from this address. Try again in a moment.", 1_000);

export function createDoor(now: () => number = Date.now): Door {
  const good = new Map<string, number>();
  const bad = new Map<string, { until: number; reason: RefusalReason }>();
  let nextTurn = 0;
  return {
    async turn(token) {
      const at = now();
      if (token !== null && good.size > 0 && (good.get(digest(token)) ?? 0) > at) return;
      const mine = Math.max(at, nextTurn);
      if (mine - at > MOST_WAITING_MS) throw tooMany();
      nextTurn = mine + 1_000 / PER_SECOND;
      if (mine - at >= 1) await sleep(mine - at);
    },
    refusedBefore(token) {
      const found = bad.size > 0 ? bad.get(digest(token)) : undefined;
      return found && found.until > now() ? found.reason : null;
    },
    passed(token, isFlooded) {
      if (isFlooded) remember(good, digest(token), now() + GOOD_FOR_MS);
    },
    failed(token, reason) {
      const key = digest(token);
      good.delete(key);
      if (FINAL.has(reason)) remember(bad, key, { until: now() + BAD_FOR_MS, reason });
    },
  };
}
