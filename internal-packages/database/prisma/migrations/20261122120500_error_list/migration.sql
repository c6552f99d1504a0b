-- CreateTable
CREATE TABLE "error_group_day" (
    "environment_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "bucket_at" TIMESTAMPTZ(3) NOT NULL,
    "task_identifier" TEXT NOT NULL,
    "count" BIGINT NOT NULL,
    "magnitude" SMALLINT NOT NULL,

    CONSTRAINT "error_group_day_pkey" PRIMARY KEY ("environment_id","fingerprint","bucket_at")
) PARTITION BY RANGE ("bucket_at");

-- CreateIndex
CREATE INDEX "error_group_day_environment_id_bucket_at_magnitude_idx" ON "error_group_day"("environment_id", "bucket_at", "magnitude" DESC);

-- CreateIndex
CREATE INDEX "error_group_day_environment_id_bucket_at_task_identifier_ma_idx" ON "error_group_day"("environment_id", "bucket_at", "task_identifier", "magnitude" DESC);

/* As in the migration before, and for this table too. */
CREATE OR REPLACE FUNCTION "ensure_error_partitions"("from_at" timestamptz, "to_at" timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  parent text;
  width interval;
  starts timestamp;
  partition text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('error_partitions'));
  FOR parent, width IN VALUES ('error_bucket_minute', interval '1 day'), ('error_bucket_hour', interval '7 days'),
      ('error_bucket_day', interval '7 days'), ('error_group_day', interval '7 days') LOOP
    starts := date_trunc(CASE WHEN width = interval '1 day' THEN 'day' ELSE 'week' END, from_at AT TIME ZONE 'UTC');
    WHILE starts <= to_at AT TIME ZONE 'UTC' LOOP
      partition := parent || to_char(starts, '"_p"YYYYMMDD');
      IF to_regclass(partition) IS NULL THEN
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL) WITH (fillfactor = 80)', partition, parent);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, partition,
          starts AT TIME ZONE 'UTC', (starts + width) AT TIME ZONE 'UTC');
      END IF;
      starts := starts + width;
    END LOOP;
  END LOOP;
END $$;

-- For every partition of days that there is, and a week ahead.
SELECT "ensure_error_partitions"(to_date(right(relname, 8), 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC',
  to_date(right(relname, 8), 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC')
FROM pg_class WHERE relname ~ '^error_bucket_day_p\d{8}$' AND relkind = 'r' AND pg_table_is_visible(oid);

/* Bits of a count: 2^(magnitude-1) <= count < 2^magnitude. */
CREATE FUNCTION "error_magnitude"("count" bigint) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN length(ltrim("count"::bit(64)::text, '0'))::smallint;

/*
 * Whatever changes the days of a group in all its versions changes this too, in the same transaction and in the order of
 * the keys, in which the groups are locked already.
 */
CREATE FUNCTION "count_error_group_days"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO error_group_day AS d (environment_id, fingerprint, bucket_at, task_identifier, count, magnitude)
    SELECT a.environment_id, a.fingerprint, a.bucket_at, g.task_identifier, sum(a.count), error_magnitude(sum(a.count)::bigint)
    FROM after_change a JOIN error_group g USING (environment_id, fingerprint)
    GROUP BY 1, 2, 3, 4 HAVING sum(a.count) > 0 ORDER BY 1, 2, 3
    ON CONFLICT (environment_id, fingerprint, bucket_at) DO UPDATE
      SET count = d.count + excluded.count, magnitude = error_magnitude(d.count + excluded.count);
  ELSIF TG_OP = 'UPDATE' THEN
    UPDATE error_group_day d SET count = d.count + c.change, magnitude = error_magnitude(d.count + c.change)
    FROM (
      SELECT environment_id, fingerprint, bucket_at, sum(count) AS change FROM (
        SELECT environment_id, fingerprint, bucket_at, count FROM after_change
        UNION ALL SELECT environment_id, fingerprint, bucket_at, -count FROM before_change) changed
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3) c
    WHERE d.environment_id = c.environment_id AND d.fingerprint = c.fingerprint AND d.bucket_at = c.bucket_at;
  ELSE
    UPDATE error_group_day d SET count = d.count - c.change, magnitude = error_magnitude(d.count - c.change)
    FROM (
      SELECT environment_id, fingerprint, bucket_at, sum(count)::bigint AS change FROM before_change
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3) c
    WHERE d.environment_id = c.environment_id AND d.fingerprint = c.fingerprint AND d.bucket_at = c.bucket_at;
    DELETE FROM error_group_day d USING before_change c
    WHERE d.environment_id = c.environment_id AND d.fingerprint = c.fingerprint AND d.bucket_at = c.bucket_at AND d.count <= 0;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "error_group_day_inserted" AFTER INSERT ON "error_bucket_day"
  REFERENCING NEW TABLE AS after_change FOR EACH STATEMENT EXECUTE FUNCTION "count_error_group_days"();
CREATE TRIGGER "error_group_day_updated" AFTER UPDATE ON "error_bucket_day"
  REFERENCING OLD TABLE AS before_change NEW TABLE AS after_change FOR EACH STATEMENT EXECUTE FUNCTION "count_error_group_days"();
CREATE TRIGGER "error_group_day_deleted" AFTER DELETE ON "error_bucket_day"
  REFERENCING OLD TABLE AS before_change FOR EACH STATEMENT EXECUTE FUNCTION "count_error_group_days"();

-- What was counted before.
INSERT INTO error_group_day (environment_id, fingerprint, bucket_at, task_identifier, count, magnitude)
SELECT b.environment_id, b.fingerprint, b.bucket_at, g.task_identifier, sum(b.count), error_magnitude(sum(b.count)::bigint)
FROM error_bucket_day b JOIN error_group g USING (environment_id, fingerprint) GROUP BY 1, 2, 3, 4;
