import * as z from "zod";
import { IsoDate, label } from "./text.js";

/** The longest life of a token: 365 days. */
export const MAX_TTL_SECONDS = 31_536_000;
/** The life of a user-actor token whose mint names none: one hour. */
export const DEFAULT_TTL_SECONDS = 3600;

/**
 * A list of scopes as it arrives. The bounds here only keep a request small;
 * the grammar and its own limits (64 scopes of 256 characters) are `checkScopes` of `@trigger.dev/plugins`.
 */
export const ScopeList = z.array(z.string().max(4096)).max(1024);

/** Characters that are not seen, or that turn the text around them: with them one label could pass for another. */
const UNSEEN = /[\p{Cf}\u115f\u1160\u3164\uffa0]/u;

/** What a person calls the script, job or agent that holds a token. */
export const ClientLabel = label(255).refine((text) => !UNSEEN.test(text), "must not contain invisible characters");

/** Body of `POST /api/v1/auth/user-actor-token`. */
export const MintUserActorTokenRequestBody = z.object({
  cap: ScopeList.optional().describe(
    "What the token may do at most: 1 to 64 scopes. Without it, all that its owner may do.",
  ),
  client: ClientLabel.optional().describe("Who will hold the token; shown in lists and in the audit trail."),
  ttlSeconds: z.int().min(1).max(MAX_TTL_SECONDS).optional().describe("Life of the token in seconds; 3600 by default."),
});
export type MintUserActorTokenRequestBody = z.infer<typeof MintUserActorTokenRequestBody>;

/** Answer of the mint: the only time that the token is shown. */
export const MintUserActorTokenResponseBody = z.object({
  token: z.string(),
  expiresInSeconds: z.int(),
  id: z.string().describe("Its id in the list of tokens; the `jti` of its claims."),
  expiresAt: IsoDate,
  cap: z.array(z.string()).nullable().describe("Null when the token is not capped."),
});
export type MintUserActorTokenResponseBody = z.infer<typeof MintUserActorTokenResponseBody>;
