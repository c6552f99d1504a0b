import { inTransaction } from "@trigger.dev/database";
import { settle } from "@trigger.dev/errors";
import type { Pool } from "pg";
import type { GroupKey } from "./group-key.js";
import { STATE_COLUMNS, type StateRow, stateOf } from "./stored-state.js";
import { writeStates } from "./write-states.js";

const LOOK = `SELECT g.status = 'ignored' AND g.ignored_until <= now() AS "isOver"
  FROM error_group g WHERE g.environment_id = $1 AND g.fingerprint = $2`;

const LOCK = `SELECT ${STATE_COLUMNS} FROM error_group g WHERE g.environment_id = $1 AND g.fingerprint = $2
  FOR NO KEY UPDATE`;

/**
 * Writes down that an ignore ended whose time has passed, so that the activity tells it.
 * @returns false when the environment has no such group
 */
export async function settleErrorGroup(pool: Pool, { environmentId, fingerprint }: GroupKey): Promise<boolean> {
  const values = [environmentId, fingerprint];
  const [found] = (await pool.query<{ isOver: boolean | null }>({ name: "errors-is-over", text: LOOK, values })).rows;
  if (found?.isOver !== true) return found !== undefined;
  return inTransaction(pool, async (client) => {
    const [before] = (await client.query<StateRow>(LOCK, values)).rows;
    if (before === undefined) return false;
    const { state, activity } = settle(stateOf(before), Date.now());
    if (activity.length > 0) await writeStates(client, [{ environmentId, fingerprint, before, state, activity }]);
    return true;
  });
}
