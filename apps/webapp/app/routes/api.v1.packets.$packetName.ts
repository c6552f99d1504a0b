import { ReadPacketResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { openPacket } from "../services/packets.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Open a packet to read it",
    description: "The path is the `storagePath` of its upload. `presignedUrl` has the content, for 15 minutes.",
    tag: "Runs",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: scopes("read:runs"),
    answers: { 200: { description: "Where it is", schema: ReadPacketResponseBody } },
    handler: ({ context, caller, params }) => openPacket(context, caller, params["packetName"] ?? ""),
  }),
});
