import * as z from "zod";
import { label } from "./text.js";

/** What a client calls a packet; the server names it itself. */
export const PacketName = label(512);

/** Answer of `PUT /api/v2/packets/:name`: where to put the content, and what to trigger with then. */
export const CreatePacketResponseBody = z.object({ presignedUrl: z.url(), storagePath: z.string() });
export type CreatePacketResponseBody = z.infer<typeof CreatePacketResponseBody>;

/** Answer of `GET /api/v1/packets/:name`: where to read the content. */
export const ReadPacketResponseBody = z.object({ presignedUrl: z.url() });
export type ReadPacketResponseBody = z.infer<typeof ReadPacketResponseBody>;
