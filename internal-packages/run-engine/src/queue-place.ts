import type { PoolClient } from "pg";
import type { LockedRun } from "./locked-run.js";

/** Where a run that is not over stands. */
export type QueuePlace =
  | { state: "WAITING" }
  | { state: "DELAYED"; readyAt: Date }
  | { state: "RUNNING"; deadlineAt: Date };

const WAIT = `
  UPDATE queue_item SET state = $3::queue_item_state, ready_at = coalesce($4, ready_at), deadline_at = $5
  WHERE environment_id = $1 AND run_id = $2`;

/** Changes where a locked run stands; its position in the queue stays what it was. */
export async function waitInQueue(client: PoolClient, run: LockedRun, place: QueuePlace): Promise<void> {
  await client.query({
    name: "engine-wait-in-queue",
    text: WAIT,
    values: [
      run.environmentId,
      run.id,
      place.state,
      place.state === "DELAYED" ? place.readyAt : null,
      place.state === "RUNNING" ? place.deadlineAt : null,
    ],
  });
}

/** A locked run is over, and its slot free. */
export async function leaveQueue(client: PoolClient, run: LockedRun): Promise<void> {
  await client.query({
    name: "engine-leave-queue",
    text: "DELETE FROM queue_item WHERE environment_id = $1 AND run_id = $2",
    values: [run.environmentId, run.id],
  });
}
