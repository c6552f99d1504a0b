import { CreateAuthorizationCodeResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, open } from "../api/endpoint.js";
import { createAuthorizationCode } from "../services/create-authorization-code.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Start a login",
    description: "Answers a page on which a signed-in person approves, and the code to ask for the token with.",
    tag: "Login",
    credentials: [],
    target: "none",
    permission: open("nothing is handed out before a person approves"),
    answers: {
      200: { description: "The page and the code; both live 10 minutes", schema: CreateAuthorizationCodeResponseBody },
    },
    handler: ({ context, request }) => createAuthorizationCode(context, request.headers.get("user-agent")),
  }),
});
