-- CreateIndex
CREATE INDEX "run_environment_id_status_created_at_id_idx" ON "run"("environment_id", "status", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "run_environment_id_queue_created_at_id_idx" ON "run"("environment_id", "queue", "created_at" DESC, "id" DESC);

-- What Prisma cannot say: what few runs have costs the others nothing. Lists by it are newest first, too.
CREATE INDEX "run_version_created_at_idx" ON "run"("environment_id", "version", "created_at" DESC, "id" DESC)
  WHERE "version" IS NOT NULL;
CREATE INDEX "run_is_test_created_at_idx" ON "run"("environment_id", "created_at" DESC, "id" DESC) WHERE "is_test";
CREATE INDEX "run_machine_created_at_idx" ON "run"("environment_id", ("options"->>'machine'), "created_at" DESC, "id" DESC)
  WHERE "options"->>'machine' IS NOT NULL;
CREATE INDEX "run_region_created_at_idx" ON "run"("environment_id", ("options"->>'region'), "created_at" DESC, "id" DESC)
  WHERE "options"->>'region' IS NOT NULL;
DROP INDEX "run_environment_id_batch_id_idx";
CREATE INDEX "run_batch_id_created_at_idx" ON "run"("environment_id", "batch_id", "created_at" DESC, "id" DESC)
  WHERE "batch_id" IS NOT NULL;
DROP INDEX "run_environment_id_task_identifier_idempotency_key_key";
CREATE UNIQUE INDEX "run_idempotency_key_key" ON "run"("environment_id", "task_identifier", "idempotency_key")
  WHERE "idempotency_key" IS NOT NULL;

-- What is due: most runs are neither delayed nor expire, and wait without a deadline.
DROP INDEX "queue_item_state_ready_at_idx";
CREATE INDEX "queue_item_ready_at_idx" ON "queue_item"("ready_at") WHERE "state" = 'DELAYED';
DROP INDEX "queue_item_deadline_at_idx";
CREATE INDEX "queue_item_deadline_at_idx" ON "queue_item"("deadline_at") WHERE "deadline_at" IS NOT NULL;
DROP INDEX "queue_item_expires_at_idx";
CREATE INDEX "queue_item_expires_at_idx" ON "queue_item"("expires_at") WHERE "expires_at" IS NOT NULL;
