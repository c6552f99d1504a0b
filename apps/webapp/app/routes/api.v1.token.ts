import { GetPersonalAccessTokenRequestBody, GetPersonalAccessTokenResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, open } from "../api/endpoint.js";
import { redeemAuthorizationCode } from "../services/redeem-authorization-code.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Finish a login",
    description: "`token` is null until the person has approved. A code is used once.",
    tag: "Login",
    credentials: [],
    target: "none",
    permission: open("the code is the credential"),
    body: GetPersonalAccessTokenRequestBody,
    example: { authorizationCode: "the code of `POST /api/v1/authorization-code`" },
    plainText: true,
    answers: { 200: { description: "The personal access token, or null", schema: GetPersonalAccessTokenResponseBody } },
    handler: ({ context, body }) => redeemAuthorizationCode(context, body.authorizationCode),
  }),
});
