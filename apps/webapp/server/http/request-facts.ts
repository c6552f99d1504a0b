import type { IncomingMessage } from "node:http";
import { createId } from "@trigger.dev/core/ids";
import type { RequestFacts } from "../../app/api/context.js";
import type { createClientAddress } from "./client-address.js";

function countHeader(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name) count += 1;
  }
  return count;
}

const joined = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(",") : value);

/** What only the socket and the raw headers tell of a request. Node itself drops a second Authorization header. */
export function readRequestFacts(
  incoming: IncomingMessage,
  clientAddress: ReturnType<typeof createClientAddress>,
): RequestFacts {
  return {
    requestId: createId("req"),
    clientAddress: clientAddress(incoming.socket.remoteAddress, joined(incoming.headers["x-forwarded-for"])),
    duplicateAuthorization: countHeader(incoming.rawHeaders, "authorization") > 1,
    hasArrived: () => incoming.complete,
  };
}
