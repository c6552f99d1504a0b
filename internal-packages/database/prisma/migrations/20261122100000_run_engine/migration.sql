-- CreateEnum
CREATE TYPE "queue_item_state" AS ENUM ('DELAYED', 'WAITING', 'RUNNING');

-- AlterTable
ALTER TABLE "run" ADD COLUMN     "attempt_count" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "error" JSONB,
ADD COLUMN     "finished_at" TIMESTAMPTZ(3),
ADD COLUMN     "output" TEXT,
ADD COLUMN     "output_type" TEXT,
ADD COLUMN     "snapshot_id" TEXT,
ADD COLUMN     "started_at" TIMESTAMPTZ(3),
ADD COLUMN     "usage_ms" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "worker_id" TEXT;

-- CreateTable
CREATE TABLE "run_snapshot" (
    "environment_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "status" "run_status" NOT NULL,
    "execution_status" TEXT NOT NULL,
    "attempt_number" INTEGER,
    "description" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "run_snapshot_pkey" PRIMARY KEY ("environment_id","run_id","id")
);

-- CreateTable
CREATE TABLE "run_attempt" (
    "environment_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "worker_id" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),
    "answer" TEXT,
    "answer_snapshot_id" TEXT,
    "error" JSONB,

    CONSTRAINT "run_attempt_pkey" PRIMARY KEY ("environment_id","run_id","number")
);

-- CreateTable
CREATE TABLE "queue_item" (
    "environment_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "task_identifier" TEXT NOT NULL,
    "queue" TEXT NOT NULL,
    "concurrency_key" TEXT NOT NULL DEFAULT '',
    "state" "queue_item_state" NOT NULL,
    "position" TIMESTAMPTZ(3) NOT NULL,
    "sequence" BIGSERIAL NOT NULL,
    "ready_at" TIMESTAMPTZ(3) NOT NULL,
    "locked_version" TEXT NOT NULL DEFAULT '',
    "expires_at" TIMESTAMPTZ(3),
    "deadline_at" TIMESTAMPTZ(3),

    CONSTRAINT "queue_item_pkey" PRIMARY KEY ("environment_id","run_id")
);

-- CreateTable
CREATE TABLE "task_queue" (
    "environment_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "concurrency_limit" INTEGER,
    "paused_at" TIMESTAMPTZ(3),
    "last_dequeued_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "task_queue_pkey" PRIMARY KEY ("environment_id","name")
);

-- CreateTable
CREATE TABLE "background_worker" (
    "environment_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "content_hash" TEXT NOT NULL,
    "sdk_version" TEXT,
    "cli_version" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "registered_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "background_worker_pkey" PRIMARY KEY ("environment_id","id")
);

-- CreateTable
CREATE TABLE "background_worker_task" (
    "environment_id" TEXT NOT NULL,
    "worker_id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "file_path" TEXT NOT NULL,
    "export_name" TEXT,
    "trigger_source" TEXT NOT NULL,
    "queue" TEXT NOT NULL,
    "max_attempts" INTEGER,
    "max_duration" INTEGER,
    "machine" TEXT,

    CONSTRAINT "background_worker_task_pkey" PRIMARY KEY ("environment_id","worker_id","slug")
);

-- CreateTable
CREATE TABLE "dev_presence" (
    "environment_id" TEXT NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "dev_presence_pkey" PRIMARY KEY ("environment_id")
);

-- CreateIndex
CREATE INDEX "queue_item_environment_id_state_queue_concurrency_key_posit_idx" ON "queue_item"("environment_id", "state", "queue", "concurrency_key", "position", "sequence");

-- CreateIndex
CREATE INDEX "queue_item_state_ready_at_idx" ON "queue_item"("state", "ready_at");

-- CreateIndex
CREATE INDEX "queue_item_deadline_at_idx" ON "queue_item"("deadline_at");

-- CreateIndex
CREATE INDEX "queue_item_expires_at_idx" ON "queue_item"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "background_worker_environment_id_content_hash_key" ON "background_worker"("environment_id", "content_hash");

-- CreateIndex
CREATE UNIQUE INDEX "background_worker_environment_id_version_key" ON "background_worker"("environment_id", "version");

-- What Prisma cannot say. Rows that change with every step of a run, room for which keeps the updates on their page.
ALTER TABLE "queue_item" SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE "task_queue" SET (fillfactor = 60);
ALTER TABLE "dev_presence" SET (fillfactor = 60);

-- Runs that were stored before the queue was.
INSERT INTO "queue_item" ("environment_id", "run_id", "task_identifier", "queue", "concurrency_key", "state", "position", "ready_at")
SELECT "environment_id", "id", "task_identifier", "queue", coalesce("concurrency_key", ''),
  CASE "status" WHEN 'DELAYED' THEN 'DELAYED' ELSE 'WAITING' END::queue_item_state,
  "created_at", coalesce("delay_until", "created_at")
FROM "run" WHERE "status" IN ('DELAYED', 'QUEUED');
