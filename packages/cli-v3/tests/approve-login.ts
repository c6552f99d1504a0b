import type { TestApp } from "@trigger.dev/testing";

/** Does what a person's browser does: follows the sign-in link, opens `page`, sends its form with `decision`. */
export async function decideLogin({ bootstrap }: TestApp, page: string, decision: "approve" | "deny"): Promise<void> {
  const signedIn = await fetch(bootstrap.signInUrl, { redirect: "manual" });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const html = await (await fetch(page, { headers: { cookie } })).text();
  const hidden = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  if (hidden.length === 0) throw new Error("The page has no form.");
  const form = new URLSearchParams({ decision });
  for (const [, name = "", value = ""] of hidden) form.set(name, value);
  await fetch(page, {
    method: "POST",
    redirect: "manual",
    headers: { cookie, origin: new URL(page).origin },
    body: form,
  });
}
