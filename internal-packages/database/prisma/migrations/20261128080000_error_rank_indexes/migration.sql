-- Nothing asks for a version of an hour without its group; the planner did, where it took the newest hour for empty.
DROP INDEX "error_bucket_hour_environment_id_bucket_at_version_idx";

-- The ranks of a day. Partial, so that whoever asks for the days of a group cannot be given them: a new day of which
-- statistics say nothing yet would seem as short.
DROP INDEX "error_group_day_environment_id_bucket_at_magnitude_idx";
CREATE INDEX "error_group_day_ranks_idx" ON "error_group_day"("environment_id", "bucket_at", "magnitude" DESC)
  WHERE "magnitude" >= 1;
DROP INDEX "error_group_day_environment_id_bucket_at_task_identifier_ma_idx";
CREATE INDEX "error_group_day_task_ranks_idx" ON "error_group_day"("environment_id", "bucket_at", "task_identifier", "magnitude" DESC)
  WHERE "magnitude" >= 1;

-- What failed in the last hour, for lists of short ranges; partial for the same reason. Every version passes.
CREATE INDEX "error_bucket_minute_times_idx" ON "error_bucket_minute"("environment_id", "bucket_at") WHERE "version" >= '';
