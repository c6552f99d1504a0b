import { CreatePacketResponseBody, PacketName } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { checked, endpoint } from "../api/endpoint.js";
import { notFound } from "../api/errors.js";
import { createPacket } from "../services/packets.server.js";

export const { declaration, loader, action } = apiRoute({
  PUT: endpoint({
    summary: "Open an upload for a large payload",
    description:
      "Put the payload to `presignedUrl`, then trigger with `storagePath` as the payload and `application/store` as its " +
      "type. The URL takes one content of at most 32 MiB. In this environment alone, for a day.",
    tag: "Runs",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: checked("trigger:tasks[:id] or batchTrigger:tasks[:id]", {
      someOf: ["trigger:tasks", "batchTrigger:tasks"],
    }),
    oneTimeTokens: "free",
    answers: { 200: { description: "Where to put it", schema: CreatePacketResponseBody } },
    async handler({ context, caller, params }) {
      if (!PacketName.safeParse(params["packetName"]).success) throw notFound("Packet");
      return createPacket(context, caller);
    },
  }),
});
