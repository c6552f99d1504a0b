import type { RunTraceSpan } from "@trigger.dev/core/v3";

/** Deeper ones hang below the root: an answer is written as JSON by recursion, and read so too. */
const MOST_DEPTH = 100;

/**
 * Hangs spans below their parents, siblings in the order given. What names no parent that is there, or is its own
 * ancestor, hangs below the root.
 */
export function hangSpans(root: RunTraceSpan, spans: readonly RunTraceSpan[]): RunTraceSpan {
  const byId = new Map(spans.map((span) => [span.id, span]));
  byId.delete(root.id);
  for (const span of spans) {
    const parent = isSound(span, byId) ? byId.get(span.parentId ?? "") : undefined;
    (parent ?? root).children.push(span);
  }
  return root;
}

function isSound(span: RunTraceSpan, byId: ReadonlyMap<string, RunTraceSpan>): boolean {
  let at = byId.get(span.parentId ?? "");
  for (let depth = 1; at !== undefined; depth++) {
    if (at === span || depth > MOST_DEPTH) return false;
    at = byId.get(at.parentId ?? "");
  }
  return true;
}
