import * as z from "zod";
import { ErrorId } from "./errors.js";
import { commaList, instant, pageSize, period } from "./filter-values.js";
import { RunCursor } from "./run-cursor.js";
import { RunStatus } from "./run.js";
import { EnvironmentSlug, label } from "./text.js";
import { RunTag, TaskIdentifier } from "./trigger-task.js";

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
    "filter[error]": ErrorId.optional(),
    "filter[createdAt][from]": instant.optional(),
    "filter[createdAt][to]": instant.optional(),
    "filter[createdAt][period]": period.optional(),
    "page[size]": pageSize.optional(),
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
