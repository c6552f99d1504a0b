import { apiRoute } from "../api/api-route.js";
import { endpoint, open } from "../api/endpoint.js";
import { Reply } from "../api/json-response.js";
import { readOpenedPacket } from "../services/packets.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Read a packet",
    description: "As it was uploaded.",
    tag: "Runs",
    credentials: [],
    target: "none",
    permission: open("the URL is the credential, for 15 minutes"),
    answers: { 200: { description: "The content" } },
    async handler({ context, params }) {
      const { text, type } = await readOpenedPacket(context, params["secret"] ?? "");
      return new Reply(new Blob([text]).stream(), {
        headers: { "content-type": type, "content-disposition": "attachment" },
      });
    },
  }),
});
