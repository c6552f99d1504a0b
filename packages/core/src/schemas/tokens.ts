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

/** Query of `GET /api/v1/auth/tokens`. */
export const ListTokensSearchParams = z.object({
  "page[size]": z
    .string()
    .regex(/^(?:[1-9]\d{0,2}|1000)$/, "must be a whole number from 1 to 1000")
    .optional(),
  "page[after]": z.string().min(1).max(1024).optional(),
});

/** Answer of `GET /api/v1/auth/tokens`. */
export const ListTokensResponseBody = z.object({
  tokens: z.array(TokenItem),
  pagination: z.object({ next: z.string().optional().describe("What `page[after]` of the next page is.") }),
});
export type ListTokensResponseBody = z.infer<typeof ListTokensResponseBody>;
