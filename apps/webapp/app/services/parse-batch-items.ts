import { BatchItem } from "@trigger.dev/core/v3";
import type { Issue } from "../api/errors.js";
import { invalidRequest } from "../api/invalid-request.js";
import { isNestedTooDeep } from "../api/json-nesting.js";
import type { LineGroup } from "../api/read-body.js";
import { durationMs, momentFrom } from "./moment.js";

/** Problems that one answer lists; the rest would be more of the same. */
const MOST_ISSUES = 50;

/**
 * Reads lines of NDJSON, one item of a batch a line. Blank lines count for nothing, and of several items with one index the first.
 * @throws AppError 400 with the problems of every line
 */
export function parseBatchItems(
  { first: firstLine, lines }: LineGroup,
  { runCount, now }: { runCount: number; now: Date },
): BatchItem[] {
  const issues: Issue[] = [];
  const items = new Map<number, BatchItem>();
  for (const [index, json] of lines.entries()) {
    if (json.trim() === "") continue;
    const where = `body[${firstLine + index}]`;
    const parsed = BatchItem.safeParse(parseJson(json));
    if (!parsed.success) {
      issues.push(...parsed.error.issues.map(({ path, message }) => ({ path: [where, ...path].join("."), message })));
    } else if (parsed.data.index >= runCount) {
      issues.push({ path: `${where}.index`, message: `must be less than the batch's runCount, ${runCount}` });
    } else {
      issues.push(...momentIssues(where, parsed.data, now));
      if (!items.has(parsed.data.index)) items.set(parsed.data.index, parsed.data);
    }
    if (issues.length >= MOST_ISSUES) break;
  }
  const [first, ...others] = issues;
  if (first === undefined) return [...items.values()].sort((one, other) => one.index - other.index);
  throw invalidRequest(first, ...others);
}

function parseJson(text: string): unknown {
  if (isNestedTooDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What would be refused when the item is triggered is refused before any is. */
function momentIssues(where: string, { options = {} }: BatchItem, now: Date): Issue[] {
  const times = { delay: options.delay, idempotencyKeyTTL: options.idempotencyKeyTTL };
  const issues = Object.entries(times).flatMap(([name, text]) => {
    try {
      if (text !== undefined) momentFrom(text, now, name);
      return [];
    } catch {
      return [{ path: `${where}.options.${name}`, message: "must be a duration such as 1h30m, or an ISO 8601 time" }];
    }
  });
  if (typeof options.ttl === "string" && durationMs(options.ttl) === null) {
    issues.push({ path: `${where}.options.ttl`, message: "must be a duration such as 1h30m" });
  }
  return issues;
}
