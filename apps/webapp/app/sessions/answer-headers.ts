import type { HeadersFunction } from "@remix-run/node";

/** What a page passes on of its action's or error's headers: when to try again. Remix passes cookies on by itself. */
export const headers: HeadersFunction = ({ actionHeaders, errorHeaders }) => {
  const retryAfter = errorHeaders?.get("retry-after") ?? actionHeaders.get("retry-after");
  return retryAfter === null ? {} : { "retry-after": retryAfter };
};
