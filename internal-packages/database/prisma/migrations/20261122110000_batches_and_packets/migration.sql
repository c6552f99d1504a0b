-- CreateTable
CREATE TABLE "batch" (
    "environment_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "run_count" INTEGER NOT NULL,
    "task_identifiers" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "idempotency_key" TEXT,
    "idempotency_key_expires_at" TIMESTAMPTZ(3),
    "sealed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "batch_pkey" PRIMARY KEY ("environment_id","id")
);

-- CreateTable
CREATE TABLE "batch_item" (
    "environment_id" TEXT NOT NULL,
    "batch_id" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "run_id" TEXT NOT NULL,
    "triggered" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "batch_item_pkey" PRIMARY KEY ("environment_id","batch_id","index")
);

-- CreateTable
CREATE TABLE "packet" (
    "environment_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "content" TEXT,
    "content_type" TEXT,
    "content_hash" BYTEA,
    "size" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "packet_pkey" PRIMARY KEY ("environment_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "batch_environment_id_idempotency_key_key" ON "batch"("environment_id", "idempotency_key");

-- CreateIndex
CREATE UNIQUE INDEX "packet_secret_hash_key" ON "packet"("secret_hash");

-- CreateIndex
CREATE INDEX "packet_expires_at_idx" ON "packet"("expires_at");

-- AddForeignKey
ALTER TABLE "batch" ADD CONSTRAINT "batch_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "batch_item" ADD CONSTRAINT "batch_item_environment_id_batch_id_fkey" FOREIGN KEY ("environment_id", "batch_id") REFERENCES "batch"("environment_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "packet" ADD CONSTRAINT "packet_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment"("id") ON DELETE CASCADE ON UPDATE CASCADE;
