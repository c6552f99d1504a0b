import { type AddTagsRequestBody, type AddTagsResponseBody, MOST_TAGS } from "@trigger.dev/core/v3";
import { isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { insufficientScope, notFound } from "../api/errors.js";
import { refuse } from "./refuse.server.js";
import { createRunReader } from "./run-reader.server.js";

const ADD = `
  WITH merged AS (
    SELECT id, ARRAY(SELECT tag FROM unnest(tags || $3::text[]) WITH ORDINALITY AS given (tag, place)
                     GROUP BY tag ORDER BY min(place)) AS tags
    FROM run WHERE environment_id = $1 AND id = $2 FOR UPDATE),
  changed AS (
    UPDATE run SET tags = merged.tags, updated_at = now() FROM merged
    WHERE run.environment_id = $1 AND run.id = $2 AND cardinality(merged.tags) <= $4
    RETURNING run.tags, run.created_at),
  listed AS (
    INSERT INTO run_tag (environment_id, tag, created_at, run_id)
    SELECT $1, tag, created_at, $2 FROM changed, unnest(tags) AS tag ON CONFLICT DO NOTHING)
  SELECT tags FROM merged`;

/**
 * Adds tags to a run; those that it has stay where they are.
 * @throws AppError 404; 400 when there would be more than ten; 403 for tags that would let the caller read what it may not
 */
export async function addRunTags(
  { pool }: Pick<AppContext, "pool">,
  caller: Pick<EnvironmentAuthentication, "ability" | "environment">,
  runId: string,
  { tags }: AddTagsRequestBody,
): Promise<AddTagsResponseBody> {
  if (!isId("run", runId)) throw notFound("Run");
  const added = typeof tags === "string" ? [tags] : tags;
  const mayRead = await createRunReader(pool, caller, runId);
  if (!mayRead() && mayRead(added)) throw insufficientScope([`read:runs:${runId}`]);
  const { rows } = await pool.query<{ tags: string[] }>(ADD, [caller.environment.id, runId, added, MOST_TAGS]);
  const [row] = rows;
  if (row === undefined) throw notFound("Run");
  if (row.tags.length > MOST_TAGS) {
    throw refuse("body.tags", `A run has at most ${MOST_TAGS} tags; this one would have ${row.tags.length}.`);
  }
  if (!mayRead()) return { message: "The run has these tags now.", tags: added };
  return { message: `The run has ${row.tags.length} ${row.tags.length === 1 ? "tag" : "tags"}.`, tags: row.tags };
}
