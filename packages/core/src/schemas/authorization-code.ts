import * as z from "zod";

/** Answer of `POST /api/v1/authorization-code`: a page for the person, a code for the client to poll with. */
export const CreateAuthorizationCodeResponseBody = z.object({ url: z.string(), authorizationCode: z.string() });
export type CreateAuthorizationCodeResponseBody = z.infer<typeof CreateAuthorizationCodeResponseBody>;

/** Body of `POST /api/v1/token`. */
export const GetPersonalAccessTokenRequestBody = z.object({ authorizationCode: z.string().min(1).max(256) });
export type GetPersonalAccessTokenRequestBody = z.infer<typeof GetPersonalAccessTokenRequestBody>;

/** Answer of `POST /api/v1/token`; `token` is null until the person has approved. */
export const GetPersonalAccessTokenResponseBody = z.object({
  token: z.object({ token: z.string(), obfuscatedToken: z.string() }).nullable(),
});
export type GetPersonalAccessTokenResponseBody = z.infer<typeof GetPersonalAccessTokenResponseBody>;
