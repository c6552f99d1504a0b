import {
  CreateAuthorizationCodeResponseBody,
  GetPersonalAccessTokenResponseBody,
} from "../schemas/authorization-code.js";
import { ListOrganizationsResponseBody } from "../schemas/organizations.js";
import { ListTokensResponseBody } from "../schemas/tokens.js";
import { type MintUserActorTokenRequestBody, MintUserActorTokenResponseBody } from "../schemas/user-actor-token.js";
import { WhoAmIResponseBody } from "../schemas/whoami.js";
import { pathSegment } from "./path-segment.js";
import { requestEmpty, requestJson, type RequestSettings } from "./request.js";

/** Signing in, who one is, and one's own tokens. */
export function accountMethods(settings: RequestSettings) {
  return {
    /** Starts a sign-in: a page for the person, a code to poll with. */
    createAuthorizationCode: () =>
      requestJson(
        settings,
        { method: "POST", path: "/api/v1/authorization-code" },
        CreateAuthorizationCodeResponseBody,
      ),

    /** Asks whether the sign-in was approved. `token` is null until it was; a 400 ends it. */
    getPersonalAccessToken: (authorizationCode: string) =>
      requestJson(
        settings,
        { method: "POST", path: "/api/v1/token", body: { authorizationCode } },
        GetPersonalAccessTokenResponseBody,
      ),

    /** The person behind the token. */
    whoami: (query: { projectRef?: string } = {}) =>
      requestJson(settings, { method: "GET", path: "/api/v2/whoami", query }, WhoAmIResponseBody),

    /** Mints a user-actor token from a personal access token. */
    mintUserActorToken: (body: MintUserActorTokenRequestBody = {}) =>
      requestJson(
        settings,
        { method: "POST", path: "/api/v1/auth/user-actor-token", body },
        MintUserActorTokenResponseBody,
      ),

    /** One's own tokens, never their secrets. */
    listTokens: () => requestJson(settings, { method: "GET", path: "/api/v1/auth/tokens" }, ListTokensResponseBody),

    /** Revokes a token of one's own, and with it all that came from it. */
    revokeToken: (id: string) =>
      requestEmpty(settings, { method: "DELETE", path: `/api/v1/auth/tokens/${pathSegment(id)}` }),

    /** The organizations that one is a member of. */
    listOrganizations: () =>
      requestJson(settings, { method: "GET", path: "/api/v1/orgs" }, ListOrganizationsResponseBody),
  };
}
