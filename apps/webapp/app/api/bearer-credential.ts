import { MAX_TOKEN_LENGTH } from "@trigger.dev/core/jwt";
import { AppError } from "./errors.js";

/** The kinds of credential that an API route can take. */
export type CredentialKind = "pat" | "uat" | "environmentKey" | "environmentJwt";

export interface PresentedCredential {
  kind: CredentialKind;
  token: string;
}

/** RFC 6750 §2.1, with the scheme in any case and one or more spaces; `b64token` and nothing after it. */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/** The longest token, its scheme, and some space between. */
const MAX_HEADER_LENGTH = MAX_TOKEN_LENGTH + 64;

const ENVIRONMENT_KEY = /^tr_(dev|stg|prod|preview)_/;

/** Tells a token's kind from its look alone; each kind's own verifier has the last word. */
function kindOf(token: string): CredentialKind | null {
  if (token.startsWith("tr_pat_")) return "pat";
  if (token.startsWith("tr_uat_")) return "uat";
  if (ENVIRONMENT_KEY.test(token)) return "environmentKey";
  if (token.startsWith("eyJ")) return "environmentJwt";
  return null;
}

/**
 * Two headers are refused on every route: which of them counts must not depend on who reads them.
 * @throws AppError 400
 */
export function refuseSecondAuthorization({ duplicateAuthorization }: { duplicateAuthorization: boolean }): void {
  if (!duplicateAuthorization) return;
  throw new AppError("bad_request", "The request has more than one Authorization header. Send one.");
}

/** Reads the `Authorization` header. Answers null when there is none, "malformed" for what no verifier could take. */
export function readBearerCredential(request: Request): PresentedCredential | "malformed" | null {
  const header = request.headers.get("authorization");
  if (header === null) return null;
  const token = header.length <= MAX_HEADER_LENGTH ? BEARER.exec(header)?.[1] : undefined;
  const kind = token === undefined ? null : kindOf(token);
  return token === undefined || kind === null ? "malformed" : { kind, token };
}
