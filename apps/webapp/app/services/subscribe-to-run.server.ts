import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { AppError } from "../api/errors.js";
import { Reply } from "../api/json-response.js";
import { requireReadable } from "./run-access.js";
import { SHAPE, SHAPE_COLUMNS, type ShapeRow, shapeValue } from "./run-shape.js";

/** A request waits for a change so long, then is answered that there was none. */
const WAIT_MS = 20_000;
const LOOK_EVERY_MS = 500;

/** Without what may be large: asked twice a second. */
const FIND = `SELECT id, tags, batch_id AS "batchId", task_identifier AS "taskIdentifier", status,
  updated_at AS "updatedAt", md5(coalesce(metadata, '')) AS digest FROM run WHERE environment_id = $1 AND id = $2`;
const READ = `SELECT ${SHAPE_COLUMNS} FROM run WHERE environment_id = $1 AND id = $2`;

type FoundRow = Pick<ShapeRow, "id" | "tags" | "taskIdentifier" | "status" | "updatedAt"> & {
  batchId: string | null;
  digest: string;
};

/** What the client has: it says so by `offset` and `handle`, and waits for more when it is `live`. */
export interface ShapePosition {
  offset: string;
  handle: string | undefined;
  live: boolean;
}

/**
 * One run as a shape of Electric's protocol, which `runs.subscribeToRun` reads: the run as it is, then, a request each,
 * as it is after a change. An offset is made of what the run was, so that any process can say whether it has changed.
 * @throws AppError as reading the run, also while it waits
 */
export async function subscribeToRun(
  context: Pick<AppContext, "pool" | "stopping">,
  { ability, environment }: Pick<EnvironmentAuthentication, "ability" | "environment">,
  {
    runId,
    position,
    recheck,
    gone,
  }: {
    runId: string;
    position: ShapePosition;
    recheck: () => Promise<void>;
    gone: AbortSignal;
  },
): Promise<Reply> {
  const key = [environment.id, runId];
  const find = async () => {
    const { rows } = await context.pool.query<FoundRow>({ name: "find-subscribed-run", text: FIND, values: key });
    return requireReadable(ability, runId, isId("run", runId) ? rows[0] : undefined);
  };
  const handle = `${runId}-1`;
  if (position.handle !== undefined && position.handle !== handle) {
    throw new AppError("conflict", "This handle is of another run. Begin anew with offset=-1.");
  }
  let run = await find();
  const end = Date.now() + WAIT_MS;
  while (position.live && offsetOf(run) === position.offset && Date.now() < end) {
    if (gone.aborted || context.stopping.aborted) break;
    await sleep(LOOK_EVERY_MS);
    // Every look, so that a revoked credential hears of nothing more.
    await recheck();
    run = await find();
  }
  const offset = offsetOf(run);
  const { rows } = offset === position.offset ? { rows: [] } : await context.pool.query<ShapeRow>(READ, key);
  const changes = rows.map((row) => ({
    key: `"public"."TaskRun"/"${runId}"`,
    value: shapeValue(row),
    headers: { operation: position.offset === "-1" ? "insert" : "update", relation: ["public", "TaskRun"] },
  }));
  const body = [...changes, { headers: { control: "up-to-date" } }];
  return new Reply(body, {
    headers: {
      "electric-handle": handle,
      "electric-offset": offset,
      "electric-cursor": String(Math.floor(Date.now() / WAIT_MS)),
      "electric-schema": JSON.stringify(SHAPE),
      "electric-up-to-date": "",
      "access-control-expose-headers":
        "electric-handle, electric-offset, electric-cursor, electric-schema, electric-up-to-date, x-request-id",
    },
  });
}

/** Two numbers, as the protocol has it. */
function offsetOf({ updatedAt, status, tags, digest }: FoundRow): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([status, tags, digest]))
    .digest();
  return `${updatedAt.getTime()}_${hash.readUInt32BE(0)}`;
}
