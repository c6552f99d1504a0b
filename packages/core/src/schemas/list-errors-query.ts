import * as z from "zod";
import { ErrorGroupStatus } from "./errors.js";
import { commaList, DEFAULT_PAGE_SIZE, instant, pageSize, period } from "./filter-values.js";
import { label, storableText } from "./text.js";
import { TaskIdentifier } from "./trigger-task.js";

/** What a list of errors can be ordered by, each the highest or newest first. */
export const ErrorSort = z.enum(["lastSeen", "firstSeen", "count"]);
export type ErrorSort = z.infer<typeof ErrorSort>;

const DAY_MS = 86_400_000;
const Cursor = z.string().min(1).max(1024);

/** The query of a list of errors, by the names it has in a URL. */
export const ListErrorsSearchParams = z
  .object({
    "filter[taskIdentifier]": commaList(TaskIdentifier).optional(),
    "filter[version]": commaList(label(128)).optional(),
    "filter[status]": commaList(ErrorGroupStatus).optional(),
    "filter[search]": storableText(1000).optional().describe("In the type or the message, in any case of letters."),
    "filter[period]": period.optional().describe("Back from now: `30m`, `24h`, `7d`; `1d` unless a time is named."),
    "filter[from]": instant.optional().describe("ISO 8601 or epoch milliseconds."),
    "filter[to]": instant.optional().describe("ISO 8601 or epoch milliseconds."),
    sort: ErrorSort.optional(),
    include: z.literal("hourly").optional().describe("Adds `hourly` to each error of the answer."),
    "page[size]": pageSize.optional(),
    "page[after]": Cursor.optional(),
    "page[before]": Cursor.optional(),
  })
  .superRefine((query, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    const { "filter[period]": span, "filter[from]": from, "filter[to]": to } = query;
    if (span !== undefined && (from ?? to) !== undefined) {
      refuse("filter[period]", "cannot stand beside filter[from] and filter[to]");
    }
    if (from && to && from > to) refuse("filter[to]", "must not be before filter[from]");
  });

/** A list-errors query in the words of a program. `periodMs` counts back from now, for both ends of the range. */
export interface ListErrorsQuery {
  taskIdentifier: string[] | undefined;
  version: string[] | undefined;
  status: ErrorGroupStatus[] | undefined;
  search: string | undefined;
  range: { periodMs: number } | { from: Date | undefined; to: Date | undefined };
  sort: ErrorSort;
  /** Whether the answer has each error's counts of the last 24 hours. */
  hourly: boolean;
  page: { size: number; after: string | undefined; before: string | undefined };
}

/** A checked query in the words of a program. */
export function toListErrorsQuery(checked: z.output<typeof ListErrorsSearchParams>): ListErrorsQuery {
  const { "filter[from]": from, "filter[to]": to, "filter[period]": periodMs = DAY_MS } = checked;
  const size = checked["page[size]"];
  return {
    taskIdentifier: checked["filter[taskIdentifier]"],
    version: checked["filter[version]"],
    status: checked["filter[status]"],
    search: checked["filter[search]"] === "" ? undefined : checked["filter[search]"],
    range: (from ?? to) === undefined ? { periodMs } : { from, to },
    sort: checked.sort ?? "lastSeen",
    hourly: checked.include === "hourly",
    page: {
      size: size === undefined ? DEFAULT_PAGE_SIZE : Number(size),
      after: checked["page[after]"],
      before: checked["page[before]"],
    },
  };
}

/** Query of `GET /api/v1/errors/:errorId/activity`. */
export const ListErrorActivitySearchParams = z.object({
  "page[size]": pageSize.optional(),
  "page[after]": Cursor.optional(),
  "page[before]": Cursor.optional(),
});
export type ListErrorActivitySearchParams = z.output<typeof ListErrorActivitySearchParams>;
