import type { TestApp } from "@trigger.dev/testing";

/** Signs in by a person's link; answers the `Cookie` header of their browser from then on. */
export async function signIn(app: TestApp, signInUrl: string): Promise<string> {
  const answer = await app.api("GET", new URL(signInUrl).pathname);
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0] ?? "");
  if (!cookies.some((cookie) => cookie.startsWith("trigger_session=")))
    throw new Error(`not signed in: ${answer.status}`);
  return cookies.join("; ");
}
