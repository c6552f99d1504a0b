/**
 * Credentials of every kind, wherever they begin: in JSON a line break before one is written with a letter. Each pattern
 * begins with fixed characters, so that none is slow on hostile text.
 */
const TOKEN = /(tr_(?:pat|uat|dev|stg|prod|preview)_)[\w.-]{8,}/gi;
/** `{"` in base64url, with its capital letter: ids, which have none, are left alone. */
const JWT = /(eyJ)[\w.-]{8,}/g;
const URL_PASSWORD = /(:\/\/[^\s:/@"]+):[^\s/@"]+@/g;
const SIGN_IN_LINK = /(\/(?:sign-in\/link|authorize)\/)[\w.~-]+/g;

/** Removes secrets from a text that is about to leave the process for a log, or for somebody who may keep it as one. */
export const scrub = (text: string): string =>
  text
    .replace(TOKEN, "$1[redacted]")
    .replace(JWT, "$1[redacted]")
    .replace(URL_PASSWORD, "$1:[redacted]@")
    .replace(SIGN_IN_LINK, "$1[redacted]");
