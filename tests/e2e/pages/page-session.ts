import type { TestApp } from "@trigger.dev/testing";

export interface PageSession {
  cookie: string;
  /** The hidden field of this session's forms. */
  csrf: string;
  get(path: string): Promise<Response>;
  /** Sends a form as the page at `path` would, with the session's CSRF token unless `fields` says otherwise. */
  send(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
}

/** The cookies that an answer sets, as a browser would send them back. */
export const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");

/** The CSRF token in a page's first form. */
export function csrfOf(html: string): string {
  const token = /name="csrf" value="([^"]+)"/.exec(html)?.[1];
  if (token === undefined) throw new Error("The page has no form.");
  return token;
}

/** A session of whoever the link belongs to, over plain HTTP. */
export async function signInBy(app: TestApp, link: string = app.bootstrap.signInUrl): Promise<PageSession> {
  const opened = await fetch(link, { redirect: "manual" });
  const cookie = cookiesOf(opened);
  const get = (path: string) => fetch(app.origin + path, { headers: { cookie }, redirect: "manual" });
  const csrf = csrfOf(await (await get("/")).text());
  return {
    cookie,
    csrf,
    get,
    send: (path, fields, headers = {}) =>
      fetch(app.origin + path, {
        method: "POST",
        headers: { cookie, origin: app.origin, "sec-fetch-site": "same-origin", ...headers },
        body: new URLSearchParams({ csrf, ...fields }),
        redirect: "manual",
      }),
  };
}
