import { createHash } from "node:crypto";
import type { RunSnapshot } from "@trigger.dev/run-engine";

/** The one size of machine there is: the developer's own. */
export const MACHINE = { name: "small-1x", cpu: 0.5, memory: 0.5, centsPerMs: 0 };

/** A snapshot as workers read it. */
export const snapshotMessage = ({
  id,
  executionStatus,
  description,
  createdAt,
}: Pick<RunSnapshot, "id" | "executionStatus" | "description" | "createdAt">) => ({
  id,
  friendlyId: id,
  executionStatus,
  description,
  createdAt,
});

/** A run's trace, the same for each of its attempts (W3C trace context). */
export function traceContextOf(runId: string): { traceparent: string } {
  const digest = createHash("sha256").update(runId).digest("hex");
  return { traceparent: `00-${digest.slice(0, 32)}-${digest.slice(32, 48)}-01` };
}
