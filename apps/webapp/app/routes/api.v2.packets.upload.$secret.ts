import { apiRoute } from "../api/api-route.js";
import { endpoint, open } from "../api/endpoint.js";
import { Reply } from "../api/json-response.js";
import { uploadPacket } from "../services/packets.server.js";

export const { declaration, loader, action } = apiRoute({
  PUT: endpoint({
    summary: "Upload a large payload",
    description: "The body is text of any type, as it is.",
    tag: "Runs",
    credentials: [],
    target: "none",
    permission: open("the URL is the credential, for one upload within 15 minutes"),
    answers: { 200: { description: "It is there" } },
    async handler({ context, request, params }) {
      await uploadPacket(context, request, params["secret"] ?? "");
      return new Reply(undefined);
    },
  }),
});
