-- Whoever reads errors asks whether failures of one environment still wait to be counted.
ALTER TABLE "error_outbox" DROP CONSTRAINT "error_outbox_pkey",
  ADD CONSTRAINT "error_outbox_pkey" PRIMARY KEY ("environment_id", "at", "run_id");
