-- CreateTable
CREATE TABLE "run_span" (
    "environment_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "parent_id" TEXT,
    "kind" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "level" TEXT NOT NULL,
    "attempt_number" INTEGER,
    "started_at_ns" BIGINT NOT NULL,
    "duration_ns" BIGINT NOT NULL,
    "is_error" BOOLEAN NOT NULL,
    "is_partial" BOOLEAN NOT NULL,
    "entity_type" TEXT,
    "properties" JSONB NOT NULL,
    "events" JSONB NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "run_span_pkey" PRIMARY KEY ("environment_id","run_id","id")
);

-- CreateTable
CREATE TABLE "trace_usage" (
    "environment_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "items" INTEGER NOT NULL,
    "bytes" BIGINT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "trace_usage_pkey" PRIMARY KEY ("environment_id","subject")
);

-- CreateTable
CREATE TABLE "used_token" (
    "environment_id" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "used_for" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "used_token_pkey" PRIMARY KEY ("environment_id","hash")
);

-- CreateTable
CREATE TABLE "ended_environment" (
    "environment_id" TEXT NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ended_environment_pkey" PRIMARY KEY ("environment_id")
);

-- CreateIndex
CREATE INDEX "run_span_received_at_idx" ON "run_span"("received_at");

-- CreateIndex
CREATE INDEX "trace_usage_updated_at_idx" ON "trace_usage"("updated_at");

-- CreateIndex
CREATE INDEX "used_token_expires_at_idx" ON "used_token"("expires_at");

-- CreateIndex
CREATE INDEX "ended_environment_ended_at_idx" ON "ended_environment"("ended_at");
