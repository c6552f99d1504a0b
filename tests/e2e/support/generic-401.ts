import type { ApiAnswer, JsonObject } from "@trigger.dev/testing";
import { expect } from "vitest";

/** The one thing that whoever cannot authenticate is told. */
export const GENERIC_401 = {
  error: "The credential is missing, malformed, expired or revoked.",
  code: "unauthorized",
};

/** Expects the generic answer and nothing that tells one refusal from another; answers its request id. */
export function expectGeneric401({ status, headers, body, text }: ApiAnswer<JsonObject>): string {
  expect(status, text).toBe(401);
  const { requestId, ...rest } = body;
  expect(rest).toEqual(GENERIC_401);
  expect(headers.get("www-authenticate")).toBe("Bearer");
  expect(headers.get("cache-control")).toBe("no-store");
  expect(requestId).toBe(headers.get("x-request-id"));
  return String(requestId);
}
