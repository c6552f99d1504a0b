import * as z from "zod";

const MAX_FILTER_VALUES = 100;
const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
type Unit = keyof typeof UNIT_MS;
const isUnit = (text: string | undefined): text is Unit => text !== undefined && Object.hasOwn(UNIT_MS, text);

/** Values with commas between them, each of them an `item`. */
export const commaList = <Item extends z.ZodType<unknown, string>>(item: Item) =>
  z
    .string()
    .max(16_384)
    .transform((text) => text.split(","))
    .pipe(z.array(item).min(1).max(MAX_FILTER_VALUES));

/** A point in time: ISO 8601 or epoch milliseconds. */
export const instant = z
  .string()
  .max(40)
  .transform((text, context) => {
    const date = new Date(/^-?\d+$/.test(text) ? Number(text) : text);
    const year = date.getUTCFullYear();
    if (year >= 1970 && year <= 9999) return date;
    context.addIssue({ code: "custom", message: "must be an ISO date or a Unix time in milliseconds" });
    return z.NEVER;
  });

/** A span such as `24h`, in milliseconds. */
export const period = z.string().transform((text, context) => {
  const [, count, unit] = /^([1-9]\d{0,5})([smhdw])$/.exec(text) ?? [];
  if (count !== undefined && isUnit(unit)) return Number(count) * UNIT_MS[unit];
  context.addIssue({ code: "custom", message: "must be a period such as 30m, 24h or 7d" });
  return z.NEVER;
});

/** The size of a page. */
export const pageSize = z.string().regex(/^(?:[1-9]\d?|100)$/, "must be a whole number from 1 to 100");

/** The size of a page that names none. */
export const DEFAULT_PAGE_SIZE = 25;
