import * as z from "zod";
import { IsoDate } from "./text.js";
import { ScopeList } from "./user-actor-token.js";

/** Body of `POST /api/v1/projects/:ref/:env/jwt`. */
export const ExchangeTokenRequestBody = z.object({
  claims: z
    .object({ scopes: ScopeList.optional().describe("What is asked for. Without it, all that the parent may do.") })
    .optional(),
  expirationTime: z
    .union([z.number(), z.string().max(64)])
    .optional()
    .describe("An epoch second (from 1e9), seconds from now, or a duration such as `1h`, which is the default."),
});
export type ExchangeTokenRequestBody = z.infer<typeof ExchangeTokenRequestBody>;

/** Answer of the exchange: an environment JWT and what it was granted. */
export const ExchangeTokenResponseBody = z.object({
  token: z.string(),
  scopes: z.array(z.string()),
  deniedScopes: z.array(z.string()).describe("What was asked for and not covered by the parent."),
  expiresAt: IsoDate,
});
export type ExchangeTokenResponseBody = z.infer<typeof ExchangeTokenResponseBody>;
