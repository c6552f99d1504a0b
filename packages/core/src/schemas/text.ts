import * as z from "zod";

/** What PostgreSQL cannot store in text or jsonb: NUL and lone surrogates. */
// oxlint-disable-next-line no-control-regex
const UNSTORABLE = /[\u0000\p{Surrogate}]/u;
/** Characters that would let one line of a log or a table pass for two. */
const CONTROL = /[\p{Control}\p{Surrogate}\u2028\u2029]/u;

/** Text of at most `max` characters that a database can hold. May be empty and may have line breaks. */
export const storableText = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => !UNSTORABLE.test(text), "must not contain NUL or broken Unicode");

/** One line of text: 1 to `max` characters, no control characters. */
export const label = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !CONTROL.test(text), "must not contain control characters");

/** A point in time as `2026-01-31T12:00:00.000Z`. */
export const IsoDate = z.iso.datetime();

/** One of the four environments that a path can name. */
export const EnvironmentSlug = z.enum(["dev", "staging", "prod", "preview"]);
export type EnvironmentSlug = z.infer<typeof EnvironmentSlug>;
