import { applyCommand, type ErrorCommand } from "@trigger.dev/errors";
import type { ClientBase, Pool } from "pg";
import type { GroupKey } from "./group-key.js";
import { type ErrorActor, STATE_COLUMNS, type StateRow, stateOf } from "./stored-state.js";
import { inTransaction } from "@trigger.dev/database";
import { writeStates } from "./write-states.js";

/** What somebody asks of a group. */
export interface GroupChange extends GroupKey {
  command: ErrorCommand;
  actor: ErrorActor;
}

const LOCK = `SELECT ${STATE_COLUMNS} FROM error_group g WHERE g.environment_id = $1 AND g.fingerprint = $2
  FOR NO KEY UPDATE`;

/**
 * Resolves, ignores or unresolves a group, and writes down who did. Changes at the same time happen one after the other,
 * each with its row; asking for what already is changes nothing. The clock is read when the group is locked, so that
 * the order of the rows is the order of their times.
 * @param alongside what else belongs to the change, in its transaction
 * @returns false when the environment has no such group
 */
export async function changeErrorGroup(
  pool: Pool,
  { environmentId, fingerprint, command, actor }: GroupChange,
  alongside: (client: ClientBase) => Promise<void> = async () => {},
): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const [before] = (await client.query<StateRow>(LOCK, [environmentId, fingerprint])).rows;
    if (before === undefined) return false;
    const from = stateOf(before);
    const { state, activity } = applyCommand(from, { command, actor, now: Date.now() });
    await alongside(client);
    if (state !== from) await writeStates(client, [{ environmentId, fingerprint, before, state, activity }]);
    return true;
  });
}
