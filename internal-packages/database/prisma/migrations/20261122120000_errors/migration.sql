-- Search by part of a word needs trigrams.
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the extension pg_trgm is needed and this role may not create it: let an administrator run CREATE EXTENSION pg_trgm in this database, then start again';
  WHEN undefined_file OR feature_not_supported THEN
    RAISE EXCEPTION 'the extension pg_trgm is needed and this PostgreSQL does not have it: install its contrib package (postgresql-contrib on Debian and Red Hat), then start again';
END $$;

-- CreateEnum
CREATE TYPE "error_status" AS ENUM ('unresolved', 'resolved', 'ignored');

-- AlterTable
ALTER TABLE "run" ADD COLUMN     "error_fingerprint" TEXT;

-- CreateTable
CREATE TABLE "error_group" (
    "environment_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "task_identifier" TEXT NOT NULL,
    "error_type" TEXT NOT NULL,
    "error_message" TEXT NOT NULL,
    "grouped_by" JSONB NOT NULL,
    "count" BIGINT NOT NULL,
    "magnitude" SMALLINT NOT NULL,
    "first_seen" TIMESTAMPTZ(3) NOT NULL,
    "last_seen" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_minute" TIMESTAMPTZ(3) NOT NULL,
    "sample_run_id" TEXT NOT NULL,
    "sample_stack_trace" TEXT,
    "sample_version" TEXT,
    "sample_at" TIMESTAMPTZ(3) NOT NULL,
    "status" "error_status" NOT NULL DEFAULT 'unresolved',
    "resolved_at" TIMESTAMPTZ(3),
    "resolved_in_version" TEXT,
    "resolved_by_user_id" TEXT,
    "ignored_at" TIMESTAMPTZ(3),
    "ignored_by_user_id" TEXT,
    "ignored_reason" TEXT,
    "ignored_until" TIMESTAMPTZ(3),
    "ignored_until_occurrence_rate" INTEGER,
    "ignored_until_total_occurrences" INTEGER,
    "ignore_progress" JSONB,

    CONSTRAINT "error_group_pkey" PRIMARY KEY ("environment_id","fingerprint")
);

-- CreateTable
CREATE TABLE "error_bucket_minute" (
    "environment_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "bucket_at" TIMESTAMPTZ(3) NOT NULL,
    "version" TEXT NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "error_bucket_minute_pkey" PRIMARY KEY ("environment_id","fingerprint","bucket_at","version")
) PARTITION BY RANGE ("bucket_at");

-- CreateTable
CREATE TABLE "error_bucket_hour" (
    "environment_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "bucket_at" TIMESTAMPTZ(3) NOT NULL,
    "version" TEXT NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "error_bucket_hour_pkey" PRIMARY KEY ("environment_id","fingerprint","bucket_at","version")
) PARTITION BY RANGE ("bucket_at");

-- CreateTable
CREATE TABLE "error_bucket_day" (
    "environment_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "bucket_at" TIMESTAMPTZ(3) NOT NULL,
    "version" TEXT NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "error_bucket_day_pkey" PRIMARY KEY ("environment_id","fingerprint","bucket_at","version")
) PARTITION BY RANGE ("bucket_at");

-- CreateTable
CREATE TABLE "error_activity" (
    "environment_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "sequence" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "from_status" "error_status" NOT NULL,
    "to_status" "error_status" NOT NULL,
    "reason" TEXT NOT NULL,
    "user_id" TEXT,
    "credential_kind" TEXT,
    "credential_id" TEXT,
    "client" TEXT,
    "version" TEXT,

    CONSTRAINT "error_activity_pkey" PRIMARY KEY ("environment_id","fingerprint","sequence")
);

-- CreateTable
CREATE TABLE "error_outbox" (
    "at" TIMESTAMPTZ(3) NOT NULL,
    "environment_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "task_identifier" TEXT NOT NULL,
    "version" TEXT,

    CONSTRAINT "error_outbox_pkey" PRIMARY KEY ("at","environment_id","run_id")
);

-- CreateIndex
CREATE INDEX "error_group_environment_id_last_seen_minute_idx" ON "error_group"("environment_id", "last_seen_minute" DESC);

-- CreateIndex
CREATE INDEX "error_group_environment_id_first_seen_fingerprint_idx" ON "error_group"("environment_id", "first_seen" DESC, "fingerprint" DESC);

-- CreateIndex
CREATE INDEX "error_group_environment_id_magnitude_idx" ON "error_group"("environment_id", "magnitude" DESC);

-- CreateIndex
CREATE INDEX "error_group_environment_id_task_identifier_last_seen_minute_idx" ON "error_group"("environment_id", "task_identifier", "last_seen_minute" DESC);

-- CreateIndex
CREATE INDEX "error_group_environment_id_status_last_seen_minute_idx" ON "error_group"("environment_id", "status", "last_seen_minute" DESC);

-- CreateIndex
CREATE INDEX "error_group_error_type_error_message_idx" ON "error_group" USING GIN ("error_type" gin_trgm_ops, "error_message" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "error_bucket_hour_environment_id_bucket_at_version_idx" ON "error_bucket_hour"("environment_id", "bucket_at", "version");

-- CreateIndex
CREATE INDEX "error_bucket_day_environment_id_bucket_at_version_idx" ON "error_bucket_day"("environment_id", "bucket_at", "version");

-- What Prisma cannot say. The runs behind a group, newest first, and when a group was last seen before some instant.
CREATE INDEX "run_error_fingerprint_created_at_idx" ON "run"("environment_id", "error_fingerprint", "created_at" DESC, "id" DESC)
  WHERE "error_fingerprint" IS NOT NULL;
CREATE INDEX "run_error_fingerprint_finished_at_idx" ON "run"("environment_id", "error_fingerprint", "finished_at" DESC)
  WHERE "error_fingerprint" IS NOT NULL;

-- Counters change in place; a search reads what waits to enter the trigram index, so that stays short.
ALTER TABLE "error_group" SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE "error_outbox" SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
ALTER INDEX "error_group_error_type_error_message_idx" SET (gin_pending_list_limit = 256);

/*
 * Makes the partitions that cover two instants and what lies between them, where they are missing. They are attached,
 * not created in place: that waits for nobody who reads or counts meanwhile.
 */
CREATE FUNCTION "ensure_error_partitions"("from_at" timestamptz, "to_at" timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  parent text;
  width interval;
  starts timestamp;
  partition text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('error_partitions'));
  FOR parent, width IN VALUES ('error_bucket_minute', interval '1 day'), ('error_bucket_hour', interval '7 days'), ('error_bucket_day', interval '7 days') LOOP
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

SELECT "ensure_error_partitions"(now(), now() + interval '7 days');
