import * as z from "zod";
import { IsoDate } from "./text.js";

/** A token of one's own, as a list shows it. Never the secret. */
export const TokenItem = z.object({
  id: z.string(),
  kind: z.enum(["pat", "uat"]),
  name: z.string().nullable(),
  client: z.string().nullable(),
  cap: z.array(z.string()).nullable(),
  parentId: z.string().nullable().describe("The personal access token that a user-actor token was minted from."),
  createdAt: IsoDate,
  expiresAt: IsoDate.nullable(),
  lastUsedAt: IsoDate.nullable(),
  revokedAt: IsoDate.nullable(),
});
export type TokenItem = z.infer<typeof TokenItem>;

/** Answer of `GET /api/v1/auth/tokens`. */
export const ListTokensResponseBody = z.object({ tokens: z.array(TokenItem) });
export type ListTokensResponseBody = z.infer<typeof ListTokensResponseBody>;
