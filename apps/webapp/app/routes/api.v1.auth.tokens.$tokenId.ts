import { apiRoute } from "../api/api-route.js";
import { checked, endpoint } from "../api/endpoint.js";
import { Reply } from "../api/json-response.js";
import { revokeOwnToken } from "../services/revoke-own-token.server.js";

export const { declaration, loader, action } = apiRoute({
  DELETE: endpoint({
    summary: "Revoke one of one's own tokens",
    description: "It and everything made from it are refused from the next request on. Any token may revoke itself.",
    tag: "Tokens",
    audit: "token.revoke",
    credentials: ["pat", "uat"],
    target: "none",
    permission: checked("write:tokens; any token may revoke itself"),
    answers: { 204: { description: "Revoked, now or before" } },
    async handler({ context, caller, params }) {
      await revokeOwnToken(context, caller, params["tokenId"] ?? "");
      return new Reply(undefined, { status: 204 });
    },
  }),
});
