import type { AppContext } from "../api/context.js";
import { listPersonalAccessTokens } from "./list-personal-access-tokens.server.js";
import { listUserActorTokens } from "./list-user-actor-tokens.server.js";

export const MOST_LISTED = 200;

const bounded = <Row>(rows: Row[]) => ({ shown: rows.slice(0, MOST_LISTED), hasMore: rows.length > MOST_LISTED });

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

/** What the page of tokens shows of a person's own. */
export async function viewTokens(context: Pick<AppContext, "pool">, userId: string) {
  const [pats, uats] = await Promise.all([
    listPersonalAccessTokens(context, { userId, limit: MOST_LISTED + 1 }),
    listUserActorTokens(context, { userId, liveOnly: true, limit: MOST_LISTED + 1 }),
  ]);
  const names = new Map(pats.map((pat) => [pat.id, pat.name]));
  return {
    personalAccessTokens: bounded(
      pats.map(({ createdAt, expiresAt, lastUsedAt, revokedAt, ...pat }) => ({
        ...pat,
        createdAt: createdAt.toISOString(),
        expiresAt: iso(expiresAt),
        lastUsedAt: iso(lastUsedAt),
        revokedAt: iso(revokedAt),
      })),
    ),
    userActorTokens: bounded(
      uats.map(({ id, client, cap, patId, createdAt, expiresAt, lastUsedAt }) => ({
        id,
        client,
        cap,
        parentName: names.get(patId) ?? patId,
        createdAt: createdAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
        lastUsedAt: iso(lastUsedAt),
      })),
    ),
  };
}
