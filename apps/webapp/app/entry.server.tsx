import type { AppLoadContext, EntryContext, HandleErrorFunction } from "@remix-run/node";
import { RemixServer } from "@remix-run/react";
import { renderToString } from "react-dom/server";

/** What React leaves after the document of a Suspense boundary that nothing hydrates. */
const TRAILING_MARKER = /(?:<!--\/?\$-->)+$/;

/** Renders a page as HTML. There is no hydration, so nothing is gained by streaming it. */
export default function handleRequest(request: Request, status: number, headers: Headers, remixContext: EntryContext) {
  const html = renderToString(<RemixServer context={remixContext} url={request.url} />).replace(TRAILING_MARKER, "");
  headers.set("content-type", "text/html; charset=utf-8");
  return new Response(`<!DOCTYPE html>${html}`, { status, headers });
}

/** What a page threw and nobody expected: it is logged here and shown nowhere. */
export const handleError: HandleErrorFunction = (error, { request, context }) => {
  if (request.signal.aborted) return;
  const { log, requestId }: AppLoadContext = context;
  log.error({ err: error, requestId }, "page failed");
};
