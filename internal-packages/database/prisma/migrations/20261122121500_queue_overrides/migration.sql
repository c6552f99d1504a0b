-- AlterTable
ALTER TABLE "task_queue" ADD COLUMN     "base_concurrency_limit" INTEGER,
ADD COLUMN     "overridden_at" TIMESTAMPTZ(3);
