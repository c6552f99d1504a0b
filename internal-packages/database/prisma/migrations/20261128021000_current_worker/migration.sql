-- A trigger asks the newest worker of its environment for the queue of the task.

-- CreateIndex
CREATE INDEX "background_worker_environment_id_registered_at_idx" ON "background_worker"("environment_id", "registered_at" DESC);
