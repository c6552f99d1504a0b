import * as z from "zod";

/** Answer of `POST /api/v1/auth/jwt/claims`: the claims that the SDK signs with the environment's key. */
export const JwtClaimsResponseBody = z.object({ sub: z.string(), pub: z.literal(true) });
export type JwtClaimsResponseBody = z.infer<typeof JwtClaimsResponseBody>;
