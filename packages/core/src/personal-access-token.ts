import { crc32 } from "node:zlib";
import { customAlphabet } from "nanoid";

export const PERSONAL_ACCESS_TOKEN_PREFIX = "tr_pat_";

/** 34 digits: no `0`, `l` or upper case, so that a token survives being read aloud. */
const DIGITS = "123456789abcdefghijkmnopqrstuvwxyz";
const RANDOM_LENGTH = 34;
const CHECKSUM_LENGTH = 6;
const FORM = new RegExp(`^${PERSONAL_ACCESS_TOKEN_PREFIX}[${DIGITS}]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`);

const randomDigits = customAlphabet(DIGITS, RANDOM_LENGTH);

/** CRC-32 (ISO 3309) of `text` modulo 34^6, in six digits, most significant first. */
function checksum(text: string): string {
  let rest = crc32(text) % DIGITS.length ** CHECKSUM_LENGTH;
  let digits = "";
  for (let position = 0; position < CHECKSUM_LENGTH; position++) {
    digits = DIGITS.charAt(rest % DIGITS.length) + digits;
    rest = Math.floor(rest / DIGITS.length);
  }
  return digits;
}

/** A new personal access token: `tr_pat_`, 34 random digits (172 bits) and 6 of checksum. */
export function createPersonalAccessToken(): string {
  const body = `${PERSONAL_ACCESS_TOKEN_PREFIX}${randomDigits()}`;
  return body + checksum(body);
}

/** Whether `token` has the form and the checksum of a personal access token; a scanner can tell offline. */
export function hasValidPatChecksum(token: string): boolean {
  return FORM.test(token) && checksum(token.slice(0, -CHECKSUM_LENGTH)) === token.slice(-CHECKSUM_LENGTH);
}
