import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, UnreachableError } from "@trigger.dev/core/client";
import type { GetPersonalAccessTokenResponseBody } from "@trigger.dev/core";
import { CommandFailure } from "./usage-error.js";

const EVERY_MS = 1000;
const AT_MOST_MS = 300_000;

/**
 * Asks every second, for up to 300 s, until the person has approved; returns the token.
 * A 400 ends it, as does any other refusal; 429, a server's own failure and a lost connection do not.
 */
export async function waitForApproval(
  ask: () => Promise<GetPersonalAccessTokenResponseBody>,
  { everyMs = EVERY_MS, atMostMs = AT_MOST_MS } = {},
): Promise<string> {
  const deadline = performance.now() + atMostMs;
  while (performance.now() < deadline) {
    const { token } = await ask().catch((error: unknown) => {
      if (isPassing(error)) return { token: null };
      throw error instanceof ApiError && error.status === 400
        ? new CommandFailure("The sign-in was refused, used already or ran out. Start again.", { cause: error })
        : error;
    });
    if (token) return token.token;
    await sleep(everyMs);
  }
  throw new CommandFailure("Nobody approved the sign-in in time. Start again.");
}

const isPassing = (error: unknown) =>
  error instanceof UnreachableError || (error instanceof ApiError && (error.status === 429 || error.status >= 500));
