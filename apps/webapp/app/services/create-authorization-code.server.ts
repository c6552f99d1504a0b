import { createHash, randomBytes } from "node:crypto";
import type { CreateAuthorizationCodeResponseBody } from "@trigger.dev/core/v3";
import { createId } from "@trigger.dev/core/ids";
import type { AppContext } from "../api/context.js";

const LIFETIME_MS = 10 * 60_000;
const MOST_CLIENT_LENGTH = 255;

/** How a code is stored and found: never as itself. */
export const authorizationCodeHash = (code: string): Buffer => createHash("sha256").update(code).digest();

/** One line, as an unknown client says it. */
const clientLabel = (userAgent: string | null) =>
  (userAgent ?? "").replace(/[^\x20-\x7e]/g, "").slice(0, MOST_CLIENT_LENGTH) || "unknown";

/** Starts a login (after RFC 8628): a page where the person approves, and the code with which the client polls. */
export async function createAuthorizationCode(
  context: AppContext,
  userAgent: string | null,
): Promise<CreateAuthorizationCodeResponseBody> {
  await context.rates.take("authorizationCode", context.clientAddress);
  const code = randomBytes(32).toString("base64url");
  await context.prisma.authorizationCode.create({
    data: {
      id: createId("code"),
      hash: new Uint8Array(authorizationCodeHash(code)),
      client: clientLabel(userAgent),
      address: context.clientAddress,
      expiresAt: new Date(Date.now() + LIFETIME_MS),
    },
  });
  return { url: `${context.config.appOrigin}/authorize/${code}`, authorizationCode: code };
}
