import * as z from "zod";

/** Where a page of runs begins: beside the run at the edge of the last page, so many pages into the list. */
export interface RunCursor {
  runId: string;
  turn: number;
}

const CURSOR = /^(run_[a-z0-9]{1,40})(?:-([1-9]\d{0,5}))?$/;
const LAST_TURN = 999_999;

/** A cursor as a client sends it: the id of a run, or what `formatRunCursor` made of one. */
export const RunCursor = z.string().transform((text, context): RunCursor => {
  const [, runId, turn = "1"] = CURSOR.exec(text) ?? [];
  if (runId !== undefined) return { runId, turn: Number(turn) };
  context.addIssue({ code: "custom", message: "must be the id of a run, or a cursor of an earlier answer" });
  return z.NEVER;
});

/**
 * The cursor for the page after the `turn`th. The SDK that pages back sends the cursor it came by as well: the later
 * turn tells which of the two is meant.
 */
export function formatRunCursor({ runId, turn }: RunCursor): string {
  return turn === 1 ? runId : `${runId}-${Math.min(turn, LAST_TURN)}`;
}
