import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { RefusalReason } from "@trigger.dev/plugins/rbac";
import type { Screen } from "@trigger.dev/rbac";
import { tooManyRequests } from "./errors.js";

/**
 * What keeps a flood of bad tokens from slowing good ones down. It never decides that a credential is good: that is
 * asked of the database on every request. And it never makes a good one wait, be it seen here for the first time.
 */
export interface Door {
  /**
   * Why a token cannot be good, else null: it was refused seconds ago for what cannot have changed, or, from a flooded
   * address, the screen finds it forged or guessed.
   */
  findRefusal(token: string, isFlooded: boolean): Promise<RefusalReason | null>;
  /**
   * Called before a flooded address is told of a refusal: holds it back to a pace that leaves the process room.
   * @throws AppError 429 when too many wait already
   */
  holdBack(): Promise<void>;
  passed(token: string, isFlooded: boolean): void;
  failed(token: string, reason: RefusalReason): void;
}

const PER_SECOND = 500;
const MOST_WAITING_MS = 2_000;
const MOST_KNOWN = 10_000;
const GOOD_FOR_MS = 600_000;
const BAD_FOR_MS = 5_000;
/** No token gets out of these: an id is never given twice, nothing is un-revoked, and no end is put off. */
const FINAL: ReadonlySet<string> = new Set([
  "unknown",
  "revoked",
  "parent_revoked",
  "expired",
  "parent_expired",
  "not_a_member",
] satisfies RefusalReason[]);

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

export function createDoor(screen: Screen, now: () => number = Date.now): Door {
  const good = new Map<string, number>();
  const bad = new Map<string, { until: number; reason: RefusalReason }>();
  let nextTurn = 0;
  const failed = (token: string, reason: RefusalReason) => {
    const key = digest(token);
    good.delete(key);
    if (FINAL.has(reason)) remember(bad, key, { until: now() + BAD_FOR_MS, reason });
  };
  return {
    async findRefusal(token, isFlooded) {
      if (!isFlooded && bad.size === 0) return null;
      const key = digest(token);
      const at = now();
      const before = bad.get(key);
      if (before && before.until > at) return before.reason;
      if (!isFlooded || (good.get(key) ?? 0) > at) return null;
      const reason = await screen(token);
      if (reason !== null) failed(token, reason);
      return reason;
    },
    async holdBack() {
      const at = now();
      const mine = Math.max(at, nextTurn);
      if (mine - at > MOST_WAITING_MS) throw tooMany();
      nextTurn = mine + 1_000 / PER_SECOND;
      if (mine - at >= 1) await sleep(mine - at);
    },
    passed(token, isFlooded) {
      if (isFlooded) remember(good, digest(token), now() + GOOD_FOR_MS);
    },
    failed,
  };
}
