import { customAlphabet } from "nanoid";

const LOWER_CASE_LETTERS_AND_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";
const LETTERS_AND_DIGITS = `${LOWER_CASE_LETTERS_AND_DIGITS}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;

/** `length` random characters of 0-9 and a-z, from the system's secure source, without modulo bias. */
export const randomLowerCaseText: (length: number) => string = customAlphabet(LOWER_CASE_LETTERS_AND_DIGITS, 24);

/** `length` random characters of 0-9, a-z and A-Z, from the system's secure source, without modulo bias. */
export const randomText: (length: number) => string = customAlphabet(LETTERS_AND_DIGITS, 32);
