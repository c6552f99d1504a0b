import type * as z from "zod";
import type { ListTokensSearchParams } from "../schemas/tokens.js";
import type { MintUserActorTokenRequestBody } from "../schemas/user-actor-token.js";
import { pathSegment } from "./path-segment.js";
import { requestEmpty, requestJson, type RequestSettings } from "./request.js";

const lazyCreateAuthorizationCode = async () =>
  (await import("../schemas/authorization-code.js")).CreateAuthorizationCodeResponseBody;
const lazyGetPersonalAccessToken = async () =>
  (await import("../schemas/authorization-code.js")).GetPersonalAccessTokenResponseBody;
const lazyListOrganizations = async () => (await import("../schemas/organizations.js")).ListOrganizationsResponseBody;
const lazyListTokens = async () => (await import("../schemas/tokens.js")).ListTokensResponseBody;
const lazyMintUserActorToken = async () =>
  (await import("../schemas/user-actor-token.js")).MintUserActorTokenResponseBody;
const lazyWhoAmI = async () => (await import("../schemas/whoami.js")).WhoAmIResponseBody;

/** Signing in, who one is, and one's own tokens. */
export function accountMethods(settings: RequestSettings) {
  return {
    /** Starts a sign-in: a page for the person, a code to poll with. */
    createAuthorizationCode: () =>
      requestJson(settings, { method: "POST", path: "/api/v1/authorization-code" }, lazyCreateAuthorizationCode),

    /** Asks whether the sign-in was approved. `token` is null until it was; a 400 ends it. */
    getPersonalAccessToken: (authorizationCode: string) =>
      requestJson(
        settings,
        { method: "POST", path: "/api/v1/token", body: { authorizationCode } },
        lazyGetPersonalAccessToken,
      ),

    /** The person behind the token. */
    whoami: (query: { projectRef?: string } = {}) =>
      requestJson(settings, { method: "GET", path: "/api/v2/whoami", query }, lazyWhoAmI),

    /** Mints a user-actor token from a personal access token. */
    mintUserActorToken: (body: MintUserActorTokenRequestBody = {}) =>
      requestJson(settings, { method: "POST", path: "/api/v1/auth/user-actor-token", body }, lazyMintUserActorToken),

    /** One's own tokens, never their secrets, up to a thousand on a page. */
    listTokens: (query: z.input<typeof ListTokensSearchParams> = {}) =>
      requestJson(settings, { method: "GET", path: "/api/v1/auth/tokens", query }, lazyListTokens),

    /** Revokes a token of one's own, and with it all that came from it. */
    revokeToken: (id: string) =>
      requestEmpty(settings, { method: "DELETE", path: `/api/v1/auth/tokens/${pathSegment(id)}` }),

    /** The organizations that one is a member of. */
    listOrganizations: () => requestJson(settings, { method: "GET", path: "/api/v1/orgs" }, lazyListOrganizations),
  };
}
