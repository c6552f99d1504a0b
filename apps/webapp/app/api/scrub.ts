/**
 * Credentials of every kind, wherever they begin: in JSON a line break before one is written with a letter. Each pattern
 * begins with fixed characters, so that none is slow on hostile text.
 */
const SECRET_TEXT = /(tr_(?:pat|uat|dev|stg|prod|preview)_|eyJ)[\w.-]{8,}/gi;
const URL_PASSWORD = /(:\/\/[^\s:/@"]+):[^\s/@"]+@/g;
const SIGN_IN_LINK = /(\/(?:sign-in\/link|authorize)\/)[\w.~-]+/g;

/** Removes secrets from a text that is about to leave the process for a log, or for somebody who may keep it as one. */
export const scrub = (text: string): string =>
  text
    .replace(SECRET_TEXT, "$1[redacted]")
    .replace(URL_PASSWORD, "$1:[redacted]@")
    .replace(SIGN_IN_LINK, "$1[redacted]");
