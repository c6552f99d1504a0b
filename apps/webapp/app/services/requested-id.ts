import { createHash } from "node:crypto";
import { createId } from "@trigger.dev/core/ids";

const HEADER = "x-trigger-request-idempotency-key";
const KEY = /^[\w-]{16,128}$/;
const OWN_PART = 24;

/**
 * The id of what a request makes. Published clients give each request a key of its own, and send it again when they try
 * again: the same key of the same environment and subject is the same id, so that only one can be stored.
 */
export function requestedId(
  kind: "run" | "batch",
  request: Request,
  { environmentId, subject }: { environmentId: string; subject: string },
): string {
  const key = request.headers.get(HEADER) ?? "";
  if (!KEY.test(key)) return createId(kind);
  const digest = createHash("sha256")
    .update(JSON.stringify([kind, environmentId, subject, key]))
    .digest("hex");
  return `${kind}_${BigInt(`0x${digest}`).toString(36).padStart(OWN_PART, "0").slice(-OWN_PART)}`;
}
