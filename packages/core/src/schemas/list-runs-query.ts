import * as z from "zod";
import { RunCursor } from "./run-cursor.js";
import { RunStatus } from "./run.js";
import { EnvironmentSlug, label } from "./text.js";
import { RunTag, TaskIdentifier } from "./trigger-task.js";

const MAX_FILTER_VALUES = 100;
const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
type Unit = keyof typeof UNIT_MS;
const isUnit = (text: string | undefined): text is Unit => text !== undefined && Object.hasOwn(UNIT_MS, text);

const commaList = <Item extends z.ZodType<unknown, string>>(item: Item) =>
  z
    .string()
    .max(16_384)
    .transform((text) => text.split(","))
    .pipe(z.array(item).min(1).max(MAX_FILTER_VALUES));

const instant = z
  .string()
  .max(40)
  .transform((text, context) => {
    const date = new Date(/^-?\d+$/.test(text) ? Number(text) : text);
    const year = date.getUTCFullYear();
    if (year >= 1970 && year <= 9999) return date;
    context.addIssue({ code: "custom", message: "must be an ISO date or a Unix time in milliseconds" });
    return z.NEVER;
  });

const period = z.string().transform((text, context) => {
  const [, count, unit] = /^([1-9]\d{0,5})([smhdw])$/.exec(text) ?? [];
  if (count !== undefined && isUnit(unit)) return Number(count) * UNIT_MS[unit];
  context.addIssue({ code: "custom", message: "must be a period such as 30m, 24h or 7d" });
  return z.NEVER;
});

const PAGE_SIZE = /^(?:[1-9]\d?|100)$/;

/** The query of a list of runs, by the names it has in a URL. */
export const ListRunsSearchParams = z
  .object({
    "filter[status]": commaList(RunStatus).optional(),
    "filter[taskIdentifier]": commaList(TaskIdentifier).optional(),
    "filter[version]": commaList(label(128)).optional(),
    "filter[tag]": commaList(RunTag).optional(),
    "filter[queue]": commaList(label(160)).optional(),
    "filter[machine]": commaList(label(64)).optional(),
    "filter[region]": commaList(label(128)).optional(),
    "filter[env]": commaList(EnvironmentSlug).optional(),
    "filter[isTest]": z.enum(["true", "false"]).optional(),
    "filter[batch]": label(128).optional(),
    "filter[schedule]": label(128).optional(),
    "filter[bulkAction]": label(128).optional(),
    "filter[error]": z
      .string()
      .max(64)
      .regex(/^error_[A-Za-z0-9_-]+$/, "must be the id of an error")
      .optional(),
    "filter[createdAt][from]": instant.optional(),
    "filter[createdAt][to]": instant.optional(),
    "filter[createdAt][period]": period.optional(),
    "page[size]": z.string().regex(PAGE_SIZE, "must be a whole number from 1 to 100").optional(),
    "page[after]": RunCursor.optional(),
    "page[before]": RunCursor.optional(),
  })
  .refine(({ "page[after]": after, "page[before]": before }) => !after || !before || after.turn !== before.turn, {
    path: ["page[before]"],
    message: "page[after] and page[before] exclude each other",
  });

/** A list-runs query in the words of a program. `periodMs` counts back from now. */
export interface ListRunsQuery {
  status?: RunStatus[];
  taskIdentifier?: string[];
  version?: string[];
  tag?: string[];
  queue?: string[];
  machine?: string[];
  region?: string[];
  env?: EnvironmentSlug[];
  isTest?: boolean;
  batch?: string;
  schedule?: string;
  bulkAction?: string;
  error?: string;
  createdAt: { from?: Date; to?: Date; periodMs?: number };
  /** Runs older than `after`, or newer than `before`: never both. `turn` counts the pages that led here. */
  page: { size: number; after?: string; before?: string; turn?: number };
}
